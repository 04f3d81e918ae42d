package io.sluice.jobs.store;

import static io.sluice.jobs.store.StoreConnection.batch;

import io.sluice.jobs.records.LoggedRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Writes single requests; one that is there already stays as it is. */
public final class RequestLogSink implements Sink<LoggedRequest> {
  private static final long serialVersionUID = 1;

  private final StoreOptions options;

  public RequestLogSink(StoreOptions options) {
    this.options = options;
  }

  @Override
  public SinkWriter<LoggedRequest> createWriter(WriterInitContext context) {
    return new Writer(new StoreConnection(options), options, context.getProcessingTimeService());
  }

  /** Runs on the task's thread alone. */
  private static final class Writer implements SinkWriter<LoggedRequest> {
    private final StoreConnection connection;
    private final StoreOptions options;
    private final ProcessingTimeService time;

    /** At most a batch. */
    private final List<LoggedRequest> rows = new ArrayList<>();

    private boolean timed;

    Writer(StoreConnection connection, StoreOptions options, ProcessingTimeService time) {
      this.connection = connection;
      this.options = options;
      this.time = time;
    }

    @Override
    public void write(LoggedRequest row, Context context) throws IOException, InterruptedException {
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
        connection.transaction(open -> batch(open, Rows.REQUEST, rows, Rows::bind));
        rows.clear();
      }
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
