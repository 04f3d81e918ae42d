package io.sluice.collector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.reassembly.ReassemblyCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Feeds frames to a pipeline and collects the events. */
public final class Replay {
  private static final MemorySegment MEMORY = Arena.global().allocate(1 << 18);

  private final List<RequestEvent> events = new ArrayList<>();
  private final PacketPipeline pipeline;
  private final Frame frame = new Frame();

  public Replay(PipelineOptions options) {
    pipeline = new PacketPipeline(options, events::add);
    frame.vlanTci = Frame.NO_VLAN;
  }

  public static List<RequestEvent> events(List<Packet> packets) {
    return new Replay(PipelineOptions.defaults()).feed(packets).finish();
  }

  public Replay feed(List<Packet> packets) {
    for (Packet packet : packets) {
      feed(packet);
    }
    return this;
  }

  public Replay feed(Packet packet) {
    byte[] bytes = packet.frame();
    return feed(bytes, bytes.length - packet.cut(), packet.timeUs() * 1000, LinkType.ETHERNET);
  }

  public Replay feed(byte[] bytes, int captured, long timeNs, LinkType link) {
    // At the end of the memory, so that reading behind the frame is found out.
    long offset = MEMORY.byteSize() - captured;
    MemorySegment.copy(bytes, 0, MEMORY, ValueLayout.JAVA_BYTE, offset, captured);
    frame.memory = MEMORY;
    frame.offset = offset;
    frame.capturedLength = captured;
    frame.wireLength = bytes.length;
    frame.timestampNs = timeNs;
    frame.linkType = link;
    pipeline.onFrame(frame);
    return this;
  }

  public PacketPipeline pipeline() {
    return pipeline;
  }

  /** The events so far. */
  public List<RequestEvent> soFar() {
    return events;
  }

  /** Ends the input, checks that every frame, byte and message is accounted for. */
  public List<RequestEvent> finish() {
    pipeline.finish();
    assertLedgerClosed(pipeline, events.size());
    return events;
  }

  public static void assertLedgerClosed(PacketPipeline pipeline, int events) {
    assertThat(DecodeCounter.unaccounted(pipeline.decodeCounters())).isZero();
    assertThat(pipeline.reassemblyCounters().get(ReassemblyCounter.SEGMENTS))
        .isEqualTo(pipeline.decodeCounters().get(DecodeCounter.SEGMENTS));
    assertThat(ReassemblyCounter.unaccounted(pipeline.reassemblyCounters())).isZero();
    assertThat(pipeline.reassemblyCounters().get(ReassemblyCounter.BUFFERED_BYTES)).isZero();
    assertThat(HttpCounter.unaccountedRequests(pipeline.httpCounters())).isZero();
    assertThat(HttpCounter.unaccountedResponses(pipeline.httpCounters())).isZero();
    assertThat(pipeline.httpCounters().get(HttpCounter.PENDING)).isZero();
    assertThat(pipeline.httpCounters().get(HttpCounter.HELD)).isZero();
    assertThat(pipeline.httpCounters().get(HttpCounter.EVENTS)).isEqualTo(events);
    long gone =
        pipeline.flowCounters().get(FlowCounter.CLOSED)
            + pipeline.flowCounters().get(FlowCounter.EXPIRED)
            + pipeline.flowCounters().get(FlowCounter.EVICTED);
    assertThat(pipeline.flowCounters().get(FlowCounter.OPENED)).isEqualTo(gone);
    assertThat(pipeline.flows()).isZero();
  }
}
