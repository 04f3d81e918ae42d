package io.sluice.jobs.store;

import static io.sluice.jobs.store.StoreConnection.batch;

import io.sluice.jobs.records.LoggedRequest;
import io.sluice.jobs.records.SensorHealthRow;
import io.sluice.jobs.store.StoreConnection.Binder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Writes rows of one table in batches, at least once; one that is there already stays as it is. */
public final class BatchSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;

  private final StoreOptions options;
  private final String sql;
  private final Binder<T> binder;

  private BatchSink(StoreOptions options, String sql, Binder<T> binder) {
    this.options = options;
    this.sql = sql;
    this.binder = binder;
  }

  public static BatchSink<LoggedRequest> requests(StoreOptions options) {
    return new BatchSink<>(options, Rows.REQUEST, Rows::bind);
  }

  public static BatchSink<SensorHealthRow> health(StoreOptions options) {
    return new BatchSink<>(options, Rows.HEALTH, Rows::bind);
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new Writer(new StoreConnection(options), context.getProcessingTimeService());
  }

  /** Runs on the task's thread alone. */
  private final class Writer implements SinkWriter<T> {
    private final StoreConnection connection;
    private final ProcessingTimeService time;

    /** At most a batch. */
    private final List<T> rows = new ArrayList<>();

    private boolean timed;

    Writer(StoreConnection connection, ProcessingTimeService time) {
      this.connection = connection;
      this.time = time;
    }

    @Override
    public void write(T row, Context context) throws IOException, InterruptedException {
      rows.add(row);
      if (rows.size() >= options.batchRows()) {
        flush(false);
      } else if (!timed) {
        timed = true;
        time.registerTimer(
            time.getCurrentProcessingTime() + options.flushMs(),
            timestamp -> {
              timed = false;
              flush(false);
            });
      }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      if (!rows.isEmpty()) {
        connection.transaction(open -> batch(open, sql, rows, binder));
        rows.clear();
      }
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
