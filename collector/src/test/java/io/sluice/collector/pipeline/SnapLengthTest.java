package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Captures that hold only the start of each frame. */
final class SnapLengthTest {
  private static final String REQUEST =
      "GET /a HTTP/1.1\r\nHost: example.com\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";
  private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n";

  private static List<Packet> talk(int snapLength) {
    Talk talk = Talk.open();
    for (int i = 0; i < 5; i++) {
      talk.client(REQUEST.replace("/a", "/" + i)).server(RESPONSE + "x".repeat(300));
    }
    List<Packet> packets = new ArrayList<>();
    for (Packet packet : talk.clientEnds().serverEnds().packets()) {
      packets.add(packet.cutBy(Math.max(0, packet.wireLength() - snapLength)));
    }
    return packets;
  }

  /**
   * Whatever is cut off, requests of which a target's start is there are events, paired rightly.
   */
  @Test
  void shouldReadWhatThereIsAtEveryLength() {
    int headers = 54;
    int target = headers + "GET /".length();
    for (int snapLength = 0; snapLength < 400; snapLength++) {
      List<RequestEvent> events = Replay.events(talk(snapLength));
      assertThat(events).as("%d", snapLength).hasSize(snapLength < target ? 0 : 5);
      for (int i = 0; i < events.size(); i++) {
        RequestEvent event = events.get(i);
        assertThat(event.request().target()).isEqualTo(snapLength == target ? "/" : "/" + i);
        if (event.response() != null) {
          assertThat(event.response().status()).isEqualTo(200);
        }
        boolean wholeRequest = snapLength >= headers + REQUEST.length();
        assertThat(event.flags().contains("truncated")).isEqualTo(!wholeRequest);
        if (wholeRequest) { // then the response's head is whole too: only its body is cut
          assertThat(event.response().bodyBytes()).isEqualTo(300);
          assertThat(event.flags()).isEmpty();
        }
      }
    }
  }
}
