package io.sluice.jobs.store;

import static io.sluice.jobs.store.StoreConnection.batch;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.LedgerRow;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.time.Windows;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;

/**
 * Gathers rows to batches. Of several rows with one key in a batch only the last is kept: a
 * statement of many rows may not hold a key twice. Runs on the task's thread alone.
 */
final class StoreWriter implements SinkWriter<Result> {
  private final StoreConnection connection;
  private final StoreOptions options;
  private final ProcessingTimeService time;
  private final Windows windows;
  private final int subtask;
  private final int subtasks;

  private record RowKey(Place place, Group group) {}

  /** By the row's key, oldest first; together at most a batch. */
  private final Map<RowKey, GroupRow> groups = new LinkedHashMap<>();

  private final Map<Place, HostRow> hosts = new LinkedHashMap<>();

  private boolean timed;
  private boolean othersForgotten;
  private long progressMs = Long.MIN_VALUE;

  StoreWriter(
      StoreConnection connection,
      StoreOptions options,
      ProcessingTimeService time,
      Windows windows,
      TaskInfo task) {
    this.connection = connection;
    this.options = options;
    this.time = time;
    this.windows = windows;
    this.subtask = task.getIndexOfThisSubtask();
    this.subtasks = task.getNumberOfParallelSubtasks();
  }

  @Override
  public void write(Result result, Context context) throws IOException, InterruptedException {
    if (result.completed() != null) {
      // The rows of a replay come before its end, in an earlier transaction or in this one's
      // predecessor: whoever sees the end sees them all.
      writeBatch();
      complete(result.completed());
      return;
    }
    if (result.cleared() != null) {
      writeBatch();
      clear(result.cleared());
      return;
    }
    if (result.ledger() != null) {
      // The numbers are of what came before them, as far as it is a row.
      writeBatch();
      List<LedgerRow> row = List.of(result.ledger());
      connection.transaction(open -> batch(open, Rows.LEDGER, row, Rows::bind));
      return;
    }
    if (result.group() != null) {
      groups.put(new RowKey(result.group().place(), result.group().group()), result.group());
    } else {
      hosts.put(result.host().place(), result.host());
    }
    if (groups.size() + hosts.size() >= options.batchRows()) {
      writeBatch();
    } else if (!timed) {
      timed = true;
      time.registerTimer(
          time.getCurrentProcessingTime() + options.flushMs(),
          timestamp -> {
            timed = false;
            writeBatch();
          });
    }
  }

  /**
   * Tells how far the rows in the store are, whenever a window has closed: every row of a window
   * comes before the watermark that closes it.
   */
  @Override
  public void writeWatermark(Watermark mark) throws IOException, InterruptedException {
    long reached = windows.start(mark.getTimestamp() + 1);
    if (reached <= progressMs || mark.getTimestamp() == Long.MAX_VALUE) {
      return;
    }
    progressMs = reached;
    writeBatch();
    connection.transaction(open -> {
      try (PreparedStatement statement = open.prepareStatement(Rows.PROGRESS)) {
        statement.setInt(1, subtask);
        statement.setObject(2, Rows.time(reached));
        statement.executeUpdate();
      }
      if (!othersForgotten) {
        try (PreparedStatement statement = open.prepareStatement(Rows.FORGET_PROGRESS)) {
          statement.setInt(1, subtasks);
          statement.executeUpdate();
        }
      }
    });
    othersForgotten = true;
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writeBatch();
  }

  private void writeBatch() throws IOException, InterruptedException {
    if (groups.isEmpty() && hosts.isEmpty()) {
      return;
    }
    List<HostRow> totals = new ArrayList<>();
    List<HostRow> single = new ArrayList<>();
    for (HostRow row : hosts.values()) {
      (row.place().window().isOfAllHosts() ? totals : single).add(row);
    }
    connection.transaction(open -> {
      batch(open, Rows.GROUP, groups.values(), Rows::bind);
      batch(open, Rows.HOST, single, Rows::bind);
      batch(open, Rows.TOTAL, totals, Rows::bind);
    });
    groups.clear();
    hosts.clear();
  }

  private void complete(ReplayEnd end) throws IOException, InterruptedException {
    connection.transaction(open -> {
      try (PreparedStatement statement = open.prepareStatement(Rows.COMPLETE)) {
        statement.setString(1, end.key().run());
        statement.setString(2, end.key().attempt());
        statement.setString(3, end.file());
        statement.setLong(4, end.events());
        statement.executeUpdate();
      }
    });
  }

  private void clear(Scope scope) throws IOException, InterruptedException {
    connection.transaction(open -> {
      if (scope.window() == null) {
        for (String sql : Rows.CLEAR_REPLAY) {
          clearReplay(open, sql, scope);
        }
        return;
      }
      try (PreparedStatement statement = open.prepareStatement(Rows.CLEAR_WINDOW)) {
        Rows.bindWindow(statement, scope);
        statement.executeUpdate();
      }
    });
  }

  private static void clearReplay(Connection open, String sql, Scope scope) throws SQLException {
    try (PreparedStatement statement = open.prepareStatement(sql)) {
      statement.setString(1, scope.run());
      statement.setString(2, scope.attempt());
      statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
