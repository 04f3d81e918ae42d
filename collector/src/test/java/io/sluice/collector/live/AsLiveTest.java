package io.sluice.collector.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Talk;
import io.sluice.kernelfilter.FilterModel;
import io.sluice.kernelfilter.FilterOptions;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsLiveTest {
  private final List<Integer> passed = new ArrayList<>();
  private final AsLive asLive =
      new AsLive(
          new FilterModel(FilterOptions.defaults().trimming(false).startingOpen()),
          frame -> passed.add(frame.capturedLength));

  @Test
  void leavesOutWhatTheKernelWould() {
    List<Packet> packets =
        Talk.open()
            .client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
            .server("HTTP/1.1 204 No Content\r\n\r\n")
            .clientAcks()
            .packets();
    packets.forEach(packet -> send(packet, LinkType.ETHERNET));
    assertThat(passed).containsExactly(packets.get(3).wireLength(), packets.get(4).wireLength());
  }

  @Test
  void cutsWhatTheKernelWouldTrimWithoutAGapInTheEvent() {
    List<RequestEvent> events = new ArrayList<>();
    PacketPipeline pipeline = new PacketPipeline(PipelineOptions.defaults(), events::add);
    AsLive trimming = new AsLive(FilterModel.ofWire(FilterOptions.defaults()), pipeline);
    Talk.open()
        .client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
        .server("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000))
        .packets()
        .forEach(packet -> send(trimming, packet, LinkType.ETHERNET));
    pipeline.finish();
    assertThat(pipeline.reassemblyCounters().get(ReassemblyCounter.TRIMMED_BYTES))
        .isEqualTo(20_000);
    assertThat(pipeline.reassemblyCounters().get(ReassemblyCounter.CUT_BYTES)).isZero();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().response().bodyBytes()).isEqualTo(20_000);
    assertThat(events.getFirst().flags()).isEmpty();
  }

  /** The outer of three tags is none of the frame's any more when the kernel's filter sees it. */
  @Test
  void looksBehindThreeTags() {
    AsLive asWired =
        new AsLive(
            FilterModel.ofWire(FilterOptions.defaults()),
            frame -> passed.add(frame.capturedLength));
    Packet request = Talk.open().client("GET / HTTP/1.1\r\n\r\n").packets().getLast();
    for (int tags = 1; tags <= 4; tags++) {
      send(asWired, tagged(request.frame(), tags), request.timeUs(), LinkType.ETHERNET);
    }
    assertThat(passed)
        .containsExactly(
            request.wireLength() + 4, request.wireLength() + 8, request.wireLength() + 12);
  }

  private static byte[] tagged(byte[] frame, int tags) {
    byte[] tagged = new byte[frame.length + 4 * tags];
    System.arraycopy(frame, 0, tagged, 0, 12);
    for (int i = 0; i < tags; i++) {
      tagged[12 + 4 * i] = (byte) 0x81;
      tagged[15 + 4 * i] = (byte) (7 + i);
    }
    System.arraycopy(frame, 12, tagged, 12 + 4 * tags, frame.length - 12);
    return tagged;
  }

  @Test
  void framesThatTheFilterIsNotForPass() {
    Packet handshake = Talk.open().packets().getFirst();
    send(handshake, LinkType.RAW);
    assertThat(passed).containsExactly(handshake.wireLength());
  }

  private void send(Packet packet, LinkType linkType) {
    send(asLive, packet, linkType);
  }

  private static void send(AsLive to, Packet packet, LinkType linkType) {
    send(to, packet.frame(), packet.timeUs(), linkType);
  }

  private static void send(AsLive to, byte[] bytes, long timeUs, LinkType linkType) {
    try (Arena arena = Arena.ofConfined()) {
      Frame frame = new Frame();
      frame.memory = arena.allocateFrom(JAVA_BYTE, bytes);
      frame.capturedLength = bytes.length;
      frame.wireLength = bytes.length;
      frame.timestampNs = timeUs * 1000;
      frame.linkType = linkType;
      frame.vlanTci = Frame.NO_VLAN;
      to.onFrame(frame);
    }
  }
}
