package io.sluice.collector.pipeline;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.decode.PacketDecoder;
import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.encoding.Redaction;
import io.sluice.collector.encoding.RedactionOptions;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.protocol.http.HttpWorker;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.reassembly.TcpReassembler;

/**
 * From frames to events, to completion, on one worker's thread: decode, flow, reassembly, protocol,
 * redaction. It stands here, before every output there is or will be, so that none can forget it.
 * Events are handed over during {@link #onFrame}, {@link #onTime} and {@link #finish}; the same
 * frames give the same events in the same order. Counters may be read from any thread.
 */
public final class PacketPipeline implements FrameHandler {
  private final PacketDecoder decoder = new PacketDecoder();
  private final EventHandler events;
  private final HttpWorker http;
  private final TcpReassembler reassembler;
  private volatile EventHandler redacted;

  public PacketPipeline(PipelineOptions options, EventHandler events) {
    this.events = events;
    redact(options.redaction());
    http = new HttpWorker(options.http(), event -> redacted.onEvent(event));
    reassembler = new TcpReassembler(options.reassembly(), http);
  }

  /** Other rules for the events from now on. Any thread. */
  public void redact(RedactionOptions options) {
    redacted = new Redaction(options).before(events);
  }

  @Override
  public void onFrame(Frame frame) {
    TcpSegment segment = decoder.decode(frame);
    if (segment != null) {
      reassembler.onSegment(segment);
    }
  }

  /**
   * Packet time moved without a packet: expires idle flows and emits unanswered requests.
   *
   * @param nowNs nanoseconds since 1970 UTC
   */
  public void onTime(long nowNs) {
    reassembler.onTime(nowNs);
  }

  /** The input ended: emits what is pending, flow by flow in order of their first packet. */
  public void finish() {
    reassembler.finish();
  }

  public Counters<DecodeCounter> decodeCounters() {
    return decoder.counters();
  }

  public Counters<FlowCounter> flowCounters() {
    return reassembler.flowCounters();
  }

  public Counters<ReassemblyCounter> reassemblyCounters() {
    return reassembler.counters();
  }

  public Counters<HttpCounter> httpCounters() {
    return http.counters();
  }

  /** Flows that are open now; read on the worker's thread. */
  public int flows() {
    return reassembler.flows();
  }
}
