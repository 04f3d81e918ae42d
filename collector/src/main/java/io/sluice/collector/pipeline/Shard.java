package io.sluice.collector.pipeline;

import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;

/** The flows of one shard, from segments to encoded events. One thread at a time. */
final class Shard implements EventHandler {
  private final EventEncoding encoding;
  private final SegmentPipeline pipeline;
  private final TcpSegment segment = new TcpSegment();
  private Records records;
  private long frame;
  private boolean timed;

  Shard(PipelineOptions options, EventEncoding encoding) {
    this.encoding = encoding;
    pipeline = new SegmentPipeline(options, this);
  }

  /** Works on the shard's part of a batch: as one pipeline would at these frames and ticks. */
  void process(Batch batch, Batch.Part part) {
    records = part.records;
    int tick = 0;
    for (int i = 0; i < part.count(); i++) {
      long at = part.frame(i);
      while (tick < batch.ticks && batch.tickFrames[tick] <= at) {
        onTime(batch.tickFrames[tick], batch.tickNs[tick]);
        tick++;
      }
      frame = at;
      part.get(i, segment);
      long clockNs = part.clockNs(i);
      if (clockNs != segment.timestampNs) { // no tick, so no timer is due
        pipeline.onTime(clockNs);
      }
      pipeline.onSegment(segment);
    }
    for (; tick < batch.ticks; tick++) {
      onTime(batch.tickFrames[tick], batch.tickNs[tick]);
    }
  }

  /** The input ended: what is pending comes out behind all frames, by flow. */
  void finish(Batch.Part part) {
    records = part.records;
    frame = Long.MAX_VALUE;
    timed = true;
    pipeline.finish();
  }

  private void onTime(long at, long nowNs) {
    frame = at;
    timed = true;
    pipeline.onTime(nowNs);
    timed = false;
  }

  @Override
  public void onEvent(RequestEvent event) {
    records.add(event, encoding, frame, timed ? pipeline.timedSerial() : Long.MAX_VALUE);
  }

  @Override
  public boolean needsIdentifiers() {
    return encoding.needsIdentifiers();
  }

  SegmentPipeline pipeline() {
    return pipeline;
  }
}
