package io.sluice.jobs.store;

import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.records.WindowKey;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Properties;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, opened at the first write and again after an error. A write is one transaction
 * and is repeated as a whole until the store takes it, or the time for that is over.
 */
final class StoreConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreConnection.class);

  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 2000;

  static final String UPSERT =
      "INSERT INTO request_stats (run, attempt, dimension, window_start, window_seconds, host,"
          + " method, status_class, value, requests, errors, request_bytes, response_bytes,"
          + " latency_count, latency_sum_us, latency_sketch)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (run, attempt, dimension, window_start, window_seconds, host, method,"
          + " status_class, value) DO UPDATE SET requests = EXCLUDED.requests,"
          + " errors = EXCLUDED.errors, request_bytes = EXCLUDED.request_bytes,"
          + " response_bytes = EXCLUDED.response_bytes, latency_count = EXCLUDED.latency_count,"
          + " latency_sum_us = EXCLUDED.latency_sum_us, latency_sketch = EXCLUDED.latency_sketch";

  static final String COMPLETE =
      "INSERT INTO replay_runs (run, attempt, file, events) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (run, attempt) DO UPDATE SET file = EXCLUDED.file,"
          + " events = EXCLUDED.events";

  static final String CLEAR_REPLAY = "DELETE FROM request_stats WHERE run = ? AND attempt = ?";

  static final String CLEAR_WINDOW =
      CLEAR_REPLAY
          + " AND dimension IN (0, 1, 2) AND window_start = ? AND window_seconds = ? AND host = ?";

  private final StoreOptions options;
  private Connection connection;

  StoreConnection(StoreOptions options) {
    this.options = options;
  }

  @FunctionalInterface
  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  /** No key may come twice. */
  void upsert(Collection<StatisticsRow> rows) throws IOException, InterruptedException {
    transaction(open -> {
      try (PreparedStatement statement = open.prepareStatement(UPSERT)) {
        for (StatisticsRow row : rows) {
          bind(statement, row);
          statement.addBatch();
        }
        statement.executeBatch();
      }
    });
  }

  void complete(ReplayEnd end) throws IOException, InterruptedException {
    transaction(open -> {
      try (PreparedStatement statement = open.prepareStatement(COMPLETE)) {
        statement.setString(1, end.key().run());
        statement.setString(2, end.key().attempt());
        statement.setString(3, end.file());
        statement.setLong(4, end.events());
        statement.executeUpdate();
      }
    });
  }

  /** Deletes the rows of a scope. */
  void clear(Scope scope) throws IOException, InterruptedException {
    transaction(open -> {
      try (PreparedStatement statement =
          open.prepareStatement(scope.window() == null ? CLEAR_REPLAY : CLEAR_WINDOW)) {
        statement.setString(1, scope.run());
        statement.setString(2, scope.attempt());
        if (scope.window() != null) {
          statement.setObject(3, time(scope.window()));
          statement.setInt(4, scope.windowSeconds());
          statement.setString(5, scope.window().host());
        }
        statement.executeUpdate();
      }
    });
  }

  private static OffsetDateTime time(WindowKey window) {
    return OffsetDateTime.ofInstant(Instant.ofEpochMilli(window.startMs()), ZoneOffset.UTC);
  }

  private static void bind(PreparedStatement statement, StatisticsRow row) throws SQLException {
    int column = 0;
    statement.setString(++column, row.run());
    statement.setString(++column, row.attempt());
    statement.setShort(++column, (short) row.group().dimension());
    statement.setObject(++column, time(row.window()));
    statement.setInt(++column, row.windowSeconds());
    statement.setString(++column, row.window().host());
    statement.setString(++column, row.group().method());
    statement.setShort(++column, (short) row.group().statusClass());
    statement.setString(++column, row.group().value());
    statement.setLong(++column, row.requests());
    statement.setLong(++column, row.errors());
    statement.setLong(++column, row.requestBytes());
    statement.setLong(++column, row.responseBytes());
    statement.setLong(++column, row.latencyCount());
    statement.setLong(++column, row.latencySumUs());
    statement.setBytes(++column, row.sketch());
  }

  private void transaction(Work work) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + options.retryMs() * 1_000_000;
    long pause = FIRST_PAUSE_MS;
    while (true) {
      try {
        Connection open = open();
        work.on(open);
        open.commit();
        return;
      } catch (SQLException e) {
        close();
        if (System.nanoTime() - deadline >= 0) {
          throw new IOException(
              "cannot write to the store "
                  + options
                  + ": "
                  + e.getMessage()
                  + "; the job restarts and tries again",
              e);
        }
        LOG.warn("cannot write to the store {}: {}; trying again", options, e.getMessage());
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  }

  private Connection open() throws SQLException {
    if (connection == null) {
      Properties properties = new Properties();
      properties.setProperty("user", options.user());
      properties.setProperty("password", options.password());
      properties.setProperty("reWriteBatchedInserts", "true");
      properties.setProperty("ApplicationName", "sluice-jobs");
      properties.setProperty("connectTimeout", "5");
      properties.setProperty("socketTimeout", "60");
      properties.setProperty("tcpKeepAlive", "true");
      // Not through DriverManager: it can't see a driver in the class loader of a job.
      connection = new Driver().connect(options.url(), properties);
      if (connection == null) {
        throw new SQLException("not a PostgreSQL address");
      }
      connection.setAutoCommit(false);
    }
    return connection;
  }

  @Override
  public void close() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("closing a connection: {}", e.getMessage());
      }
      connection = null;
    }
  }
}
