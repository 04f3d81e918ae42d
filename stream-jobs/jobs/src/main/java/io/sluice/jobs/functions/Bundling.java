package io.sluice.jobs.functions;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up what comes and hands it on as bundles: the first of two stages of aggregation. A host
 * that takes most of the traffic then costs the second stage a few rows a bundle, whatever its
 * rate.
 *
 * <p>A bundle holds no state of its own: it is handed on before a checkpoint's barrier, at a bound
 * of rows, and after a while; a window of it before the watermark that closes it.
 */
abstract class Bundling<I, O> extends AbstractStreamOperator<O>
    implements OneInputStreamOperator<I, O> {
  private static final long serialVersionUID = 1;

  private final int maxRows;
  private final long maxWaitMs;

  private transient boolean timed;

  /**
   * @param maxRows bound of the rows in memory, per subtask
   * @param maxWaitMs how long a row waits at most
   */
  Bundling(int maxRows, long maxWaitMs) {
    this.maxRows = maxRows;
    this.maxWaitMs = maxWaitMs;
  }

  /** Adds to the bundle. */
  abstract void add(I element);

  /** Rows in the bundle. */
  abstract int rows();

  /** Emits what must be there before this watermark is, and forgets it. */
  abstract void flush(long watermarkMs);

  /** Emits the bundle and forgets it. */
  abstract void flush();

  final void emit(O element) {
    output.collect(new StreamRecord<>(element));
  }

  @Override
  public void processElement(StreamRecord<I> element) {
    add(element.getValue());
    if (rows() >= maxRows) {
      flush();
    } else if (!timed) {
      timed = true;
      getProcessingTimeService()
          .registerTimer(
              getProcessingTimeService().getCurrentProcessingTime() + maxWaitMs,
              timestamp -> {
                timed = false;
                flush();
              });
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush(mark.getTimestamp());
    super.processWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    flush();
  }

  @Override
  public void finish() {
    flush();
  }
}
