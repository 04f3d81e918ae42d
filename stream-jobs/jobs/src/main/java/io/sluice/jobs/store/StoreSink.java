package io.sluice.jobs.store;

import io.sluice.jobs.records.Result;
import io.sluice.jobs.time.Windows;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes rows by upsert. A row may be written again after a restart: it then replaces itself, so
 * the store's totals are exact although delivery is at least once.
 */
public final class StoreSink implements Sink<Result> {
  private static final long serialVersionUID = 1;

  private final StoreOptions options;
  private final Windows windows;

  /**
   * @param windows the shortest: how often progress is told
   */
  public StoreSink(StoreOptions options, Windows windows) {
    this.options = options;
    this.windows = windows;
  }

  @Override
  public SinkWriter<Result> createWriter(WriterInitContext context) {
    return new StoreWriter(
        new StoreConnection(options),
        options,
        context.getProcessingTimeService(),
        windows,
        context.getTaskInfo());
  }
}
