package io.sluice.collector.pipeline;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.encoding.Redaction;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.protocol.http.HttpWorker;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.reassembly.TcpReassembler;

/**
 * From segments to events, to completion, on one thread at a time: flow, reassembly, protocol,
 * redaction. Redaction stands here, before every output there is or will be, so that none can
 * forget it. Counters may be read from any thread.
 */
final class SegmentPipeline {
  private final EventHandler events;
  private final HttpWorker http;
  private final TcpReassembler reassembler;
  private volatile EventOptions wanted;
  private EventOptions inForce;
  private EventHandler redacted;

  SegmentPipeline(PipelineOptions options, EventHandler events) {
    this.events = events;
    wanted = options.events();
    inForce = wanted;
    redacted = new Redaction(inForce.redaction()).before(events);
    http = new HttpWorker(options.http(), inForce.http(), event -> redacted.onEvent(event));
    reassembler = new TcpReassembler(options.reassembly(), http);
  }

  /** See {@link PacketPipeline#change}. */
  void change(EventOptions options) {
    wanted = options;
  }

  /** Between two events: never while one is made. */
  private void adopt() {
    EventOptions options = wanted;
    if (options != inForce) {
      inForce = options;
      http.change(options.http());
      redacted = new Redaction(options.redaction()).before(events);
    }
  }

  void onSegment(TcpSegment segment) {
    adopt();
    reassembler.onSegment(segment);
  }

  /** See {@link PacketPipeline#onTime}. */
  void onTime(long nowNs) {
    adopt();
    reassembler.onTime(nowNs);
  }

  /** See {@link PacketPipeline#finish}. */
  void finish() {
    adopt();
    reassembler.finish();
  }

  /** During {@link #onTime} and {@link #finish}: serial of the flow whose event is handed over. */
  long timedSerial() {
    return reassembler.timedSerial();
  }

  Counters<FlowCounter> flowCounters() {
    return reassembler.flowCounters();
  }

  Counters<ReassemblyCounter> reassemblyCounters() {
    return reassembler.counters();
  }

  Counters<HttpCounter> httpCounters() {
    return http.counters();
  }

  int flows() {
    return reassembler.flows();
  }
}
