package io.sluice.jobs.store;

import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.StatisticsRow;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** By the row's key, oldest first; at most a batch. */
  private final Map<String, StatisticsRow> batch = new LinkedHashMap<>();

  private boolean timed;

  StoreWriter(StoreConnection connection, StoreOptions options, ProcessingTimeService time) {
    this.connection = connection;
    this.options = options;
    this.time = time;
  }

  @Override
  public void write(Result result, Context context) throws IOException, InterruptedException {
    if (result.completed() != null) {
      // The rows of a replay come before its end, in an earlier transaction or in this one's
      // predecessor: whoever sees the end sees them all.
      writeBatch();
      connection.complete(result.completed());
      return;
    }
    if (result.cleared() != null) {
      writeBatch();
      connection.clear(result.cleared());
      return;
    }
    batch.put(result.row().key(), result.row());
    if (batch.size() >= options.batchRows()) {
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

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writeBatch();
  }

  private void writeBatch() throws IOException, InterruptedException {
    if (!batch.isEmpty()) {
      connection.upsert(batch.values());
      batch.clear();
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
