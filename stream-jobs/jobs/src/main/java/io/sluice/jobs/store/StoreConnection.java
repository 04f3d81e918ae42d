package io.sluice.jobs.store;

import java.io.IOException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
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

  private final StoreOptions options;
  private Connection connection;

  StoreConnection(StoreOptions options) {
    this.options = options;
  }

  /** What is done to the store in one transaction. */
  @FunctionalInterface
  interface Work {
    void on(Connection connection) throws SQLException;
  }

  /** Fills the parameters of a statement from a row. */
  @FunctionalInterface
  interface Binder<T> extends Serializable {
    void bind(PreparedStatement statement, T row) throws SQLException;
  }

  /** Part of a transaction: one statement for each of the rows. No key may come twice. */
  static <T> void batch(Connection open, String sql, Collection<T> rows, Binder<T> binder)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = open.prepareStatement(sql)) {
      for (T row : rows) {
        binder.bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  void transaction(Work work) throws IOException, InterruptedException {
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
