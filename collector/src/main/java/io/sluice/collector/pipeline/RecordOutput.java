package io.sluice.collector.pipeline;

/** Takes encoded events, in their order. Any thread, one call at a time. */
@FunctionalInterface
public interface RecordOutput {
  /**
   * @param bytes holds the record, without a line end, only during the call
   */
  void write(byte[] bytes, int from, int length);
}
