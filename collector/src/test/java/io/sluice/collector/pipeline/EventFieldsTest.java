package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places, sizes and times of an exchange. */
final class EventFieldsTest {
  private static final String POST =
      "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String CHUNKS = "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n";
  private static final String INTERIM = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n";

  @Test
  void shouldTellSizesTimesAndDepth() {
    Talk talk = Talk.open();
    talk.client(POST);
    talk.pause(1_000_000).server(INTERIM);
    talk.pause(1_000_000).client(CHUNKS);
    talk.pause(1_000_000).server(OK);
    talk.pause(1_000_000).server("bo");
    talk.pause(1_000_000).server("dy");
    talk.client("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").server(OK + "body");
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events.stream().map(RequestEvent::depth)).containsExactly(1, 2);
    RequestEvent first = events.getFirst();
    // The fourth packet is the request's; each takes 100 µs.
    assertThat(first.timestampNs()).isEqualTo(1_700_000_000_000_400_000L);
    assertThat(first.request().headerBytes()).isEqualTo(POST.length());
    assertThat(first.request().bodyBytes()).isEqualTo(5);
    assertThat(first.response().headerBytes()).isEqualTo(OK.length());
    assertThat(first.response().bodyBytes()).isEqualTo(4);
    assertThat(first.response().contentType()).isEqualTo("text/plain");
    assertThat(first.response().latencyUs()).isEqualTo(3_000_300); // to the final response
    assertThat(first.response().durationUs()).isEqualTo(5_000_500);
    assertThat(first.flow().clientIp()).isEqualTo("10.0.0.1");
    assertThat(first.flow().clientPort()).isEqualTo(40_000);
    assertThat(first.flow().serverIp()).isEqualTo("10.0.0.2");
    assertThat(first.flow().serverPort()).isEqualTo(Packet.SERVER_PORT);
    assertThat(events.get(1).response().latencyUs()).isEqualTo(100);
    assertThat(events.get(1).response().durationUs()).isEqualTo(100);
  }

  @Test
  void shouldTellBothEndsApartWhateverTheirAddresses() {
    Talk talk = Talk.open();
    // The endpoint with the larger address asks.
    talk.server("GET /back HTTP/1.1\r\nHost: a\r\n\r\n").client(OK + "body");
    RequestEvent event = Replay.events(talk.clientEnds().serverEnds().packets()).getFirst();
    assertThat(event.flow().clientIp()).isEqualTo("10.0.0.2");
    assertThat(event.flow().clientPort()).isEqualTo(Packet.SERVER_PORT);
    assertThat(event.response().status()).isEqualTo(200);
  }

  @Test
  void shouldFlagUrgentDataAndDifferingOverlaps() {
    Talk talk = Talk.open().client("GET /1 HTTP/1.1\r\n").client("Host: a\r\n\r\n").server(OK);
    List<Packet> packets = new ArrayList<>(talk.packets());
    Packet host = packets.get(4);
    Packet urgent =
        new Packet(
            true,
            host.sequence(),
            host.acknowledgement(),
            Packet.ACK | 0x20,
            host.payload(),
            host.timeUs(),
            40_000,
            0);
    packets.set(4, urgent);
    assertThat(Replay.events(packets).getFirst().flags()).contains("urgent_data");
    Packet evil =
        new Packet(
            true,
            host.sequence(),
            host.acknowledgement(),
            Packet.ACK,
            "Host: b\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            host.timeUs(),
            40_000,
            0);
    Packet start = packets.remove(3);
    packets.set(3, host);
    packets.add(4, evil);
    packets.add(5, start);
    RequestEvent event = Replay.events(packets).getFirst();
    assertThat(event.request().host()).isEqualTo("a");
    assertThat(event.flags()).contains("overlap_differs");
  }

  @Test
  void shouldFlagBytesBetweenMessages() {
    Talk talk =
        Talk.open()
            .client("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxyz\r\n")
            .server(OK + "body")
            .client("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            .server(OK + "body\0\0")
            .client("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
            .server(OK + "body");
    assertThat(
            Replay.events(talk.clientEnds().serverEnds().packets()).stream()
                .map(e -> e.request().target() + e.flags()))
        .containsExactly("/1[]", "/2[data_before_message]", "/3[data_before_message]");
  }

  /** Its own Content-Length says more, but the client took it for whole and asked on. */
  @Test
  void shouldFlagAResponseThatEndsBeforeItsLength() {
    Talk talk =
        Talk.open()
            .client("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            .server("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort")
            .client("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    talk.server(OK + "body");
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events.stream().map(e -> e.request().target() + e.response().bodyBytes()))
        .containsExactly("/15", "/24");
    assertThat(events.getFirst().flags()).containsExactly("HTTP_overlapping_messages");
  }
}
