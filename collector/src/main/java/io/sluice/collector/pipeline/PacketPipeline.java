package io.sluice.collector.pipeline;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.decode.PacketDecoder;
import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.reassembly.ReassemblyCounter;

/**
 * From frames to events, to completion, on one worker's thread: decode, then what {@link
 * SegmentPipeline} does. Events are handed over during {@link #onFrame}, {@link #onTime} and {@link
 * #finish}; the same frames give the same events in the same order. Counters may be read from any
 * thread.
 */
public final class PacketPipeline implements FrameHandler {
  private final PacketDecoder decoder = new PacketDecoder();
  private final SegmentPipeline segments;

  public PacketPipeline(PipelineOptions options, EventHandler events) {
    segments = new SegmentPipeline(options, events);
  }

  /**
   * Other options for events, all of them from one moment on: the next frame or {@link #onTime}.
   * Any thread.
   */
  public void change(EventOptions options) {
    segments.change(options);
  }

  @Override
  public void onFrame(Frame frame) {
    TcpSegment segment = decoder.decode(frame);
    if (segment != null) {
      segments.onSegment(segment);
    }
  }

  /**
   * Packet time moved without a packet: expires idle flows and emits unanswered requests.
   *
   * @param nowNs nanoseconds since 1970 UTC
   */
  public void onTime(long nowNs) {
    segments.onTime(nowNs);
  }

  /** The input ended: emits what is pending, flow by flow in order of their first packet. */
  public void finish() {
    segments.finish();
  }

  public Counters<DecodeCounter> decodeCounters() {
    return decoder.counters();
  }

  public Counters<FlowCounter> flowCounters() {
    return segments.flowCounters();
  }

  public Counters<ReassemblyCounter> reassemblyCounters() {
    return segments.reassemblyCounters();
  }

  public Counters<HttpCounter> httpCounters() {
    return segments.httpCounters();
  }

  /** Flows that are open now; read on the worker's thread. */
  public int flows() {
    return segments.flows();
  }
}
