package io.sluice.collector.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
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
  void framesThatTheFilterIsNotForPass() {
    Packet handshake = Talk.open().packets().getFirst();
    send(handshake, LinkType.RAW);
    assertThat(passed).containsExactly(handshake.wireLength());
  }

  private void send(Packet packet, LinkType linkType) {
    byte[] bytes = packet.frame();
    try (Arena arena = Arena.ofConfined()) {
      Frame frame = new Frame();
      frame.memory = arena.allocateFrom(JAVA_BYTE, bytes);
      frame.capturedLength = bytes.length;
      frame.wireLength = bytes.length;
      frame.timestampNs = packet.timeUs() * 1000;
      frame.linkType = linkType;
      frame.vlanTci = Frame.NO_VLAN;
      asLive.onFrame(frame);
    }
  }
}
