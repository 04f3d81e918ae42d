package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens at the bounds, and where a connection leaves HTTP. */
final class HttpLimitsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

  private static List<RequestEvent> read(String request) {
    Talk talk = Talk.open().client(request).server(OK).client(NEXT).server(OK);
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events).hasSize(2);
    assertThat(events).allMatch(e -> e.response() != null && e.response().status() == 200);
    assertThat(events.get(1).request().target()).isEqualTo("/next");
    assertThat(events.get(1).flags()).isEmpty();
    return events;
  }

  @Test
  void shouldCutALongTarget() {
    RequestEvent event =
        read("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n").getFirst();
    assertThat(event.request().target()).hasSize(8192);
    assertThat(event.request().host()).isEqualTo("a");
    assertThat(event.flags()).containsExactly("truncated", "url_limit");
  }

  @Test
  void shouldReadWhatThereIsOfManyHeaderLines() {
    RequestEvent event =
        read("GET / HTTP/1.1\r\nHost: a\r\n" + "x: y\r\n".repeat(2000) + "\r\n").getFirst();
    assertThat(event.request().host()).isEqualTo("a");
    assertThat(event.flags()).containsExactly("header_limit");
  }

  @Test
  void shouldSkipTheRestOfALongHeaderSection() {
    RequestEvent event =
        read("GET /l HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(200_000) + "\r\n\r\n").getFirst();
    assertThat(event.request().target()).isEqualTo("/l");
    assertThat(event.request().host()).isEqualTo("a");
    assertThat(event.flags()).containsExactly("header_limit", "truncated");
  }

  @Test
  void shouldKeepTheStartOfALineWithoutEnd() {
    Talk talk = Talk.open().client("GET /" + "x".repeat(2_000_000));
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().request().target()).hasSize(8192);
    assertThat(events.getFirst().flags()).contains("header_limit", "truncated", "url_limit");
  }

  @Test
  void shouldCountAndNotReadWhatAnUpgradedConnectionSays() {
    String frames = "\u0081\u0085" + NEXT.repeat(10);
    Talk talk =
        Talk.open()
            .client("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n")
            .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
            .client(frames)
            .server(OK.repeat(5));
    Replay replay =
        new Replay(PipelineOptions.defaults()).feed(talk.clientEnds().serverEnds().packets());
    assertThat(replay.finish()).hasSize(1);
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.UPGRADES)).isEqualTo(1);
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.UPGRADED_BYTES))
        .isEqualTo(frames.length() + 5L * OK.length());
  }

  /** Two queues of a network card, or of a capture, need not keep the order of the directions. */
  @Test
  void shouldReadTheRequestOfAnUpgradeThatIsCapturedBehindTheResponse() {
    String frames = "\u0081\u0085" + NEXT.repeat(10);
    Talk talk =
        Talk.open()
            .client("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n")
            .server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
            .client(frames)
            .server(OK.repeat(5));
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    Packet request = packets.remove(3);
    Replay lost = new Replay(PipelineOptions.defaults()).feed(packets);
    assertThat(lost.finish()).isEmpty();
    packets.add(4, request);
    Replay swapped = new Replay(PipelineOptions.defaults()).feed(packets);
    List<RequestEvent> events = swapped.finish();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().request().target()).isEqualTo("/chat");
    assertThat(events.getFirst().response().status()).isEqualTo(101);
    assertThat(events.getFirst().flags()).containsExactly("upgraded");
    assertThat(swapped.pipeline().httpCounters().get(HttpCounter.UPGRADED_BYTES))
        .isEqualTo(frames.length() + 5L * OK.length());
  }

  @Test
  void shouldReadAConnectThatIsCapturedBehindItsAnswer() {
    String tunnelled = NEXT.repeat(10);
    Talk talk =
        Talk.open()
            .client("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n")
            .server("HTTP/1.1 200 OK\r\n\r\n")
            .client(tunnelled)
            .server(OK.repeat(5));
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    packets.add(4, packets.remove(3));
    Replay swapped = new Replay(PipelineOptions.defaults()).feed(packets);
    List<RequestEvent> events = swapped.finish();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().request().target()).isEqualTo("b:443");
    assertThat(events.getFirst().response().status()).isEqualTo(200);
    assertThat(events.getFirst().flags()).containsExactly("upgraded");
    assertThat(swapped.pipeline().httpCounters().get(HttpCounter.UPGRADED_BYTES))
        .isEqualTo(tunnelled.length() + 5L * OK.length());
  }

  @Test
  void shouldReadAHeadThatIsCapturedBehindItsAnswer() {
    Talk talk =
        Talk.open()
            .client("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n")
            .server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            .client(NEXT)
            .server(OK);
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    packets.add(4, packets.remove(3));
    List<RequestEvent> events = Replay.events(packets);
    assertThat(events).hasSize(2);
    assertThat(events).allMatch(e -> e.response().status() == 200 && e.flags().isEmpty());
    assertThat(events.getFirst().request().target()).isEqualTo("/h");
    assertThat(events.getFirst().response().bodyBytes()).isZero();
    assertThat(events.getLast().request().target()).isEqualTo("/next");
    assertThat(events.getLast().response().bodyBytes()).isEqualTo(2);
  }

  /** TCP Fast Open: the request is in the SYN, and again where the server did not take it. */
  @Test
  void shouldReadARequestInASyn() {
    Talk talk = Talk.open().client(NEXT).server(OK).clientEnds().serverEnds();
    List<Packet> packets = new ArrayList<>(talk.packets());
    Packet syn = packets.getFirst();
    byte[] request = packets.get(3).payload();
    packets.set(
        0, new Packet(true, syn.sequence(), 0, Packet.SYN, request, syn.timeUs(), 40_000, 0));
    List<RequestEvent> repeated = Replay.events(packets);
    packets.remove(3);
    List<RequestEvent> once = Replay.events(packets);
    for (List<RequestEvent> events : List.of(repeated, once)) {
      assertThat(events).hasSize(1);
      assertThat(events.getFirst().request().target()).isEqualTo("/next");
      assertThat(events.getFirst().response().status()).isEqualTo(200);
      assertThat(events.getFirst().flags()).isEmpty();
    }
  }

  @Test
  void shouldReadConnectionsOfOneFourTupleOneAfterTheOther() {
    List<Packet> packets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Talk talk = Talk.open(40_000, 1000 + 77_000 * i, 9_000_000 - 1_000_000 * i);
      talk.client("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n").server(OK);
      if (i % 2 == 0) {
        talk.serverResets();
      }
      for (Packet packet : talk.packets()) {
        packets.add(packet.at(packet.timeUs() + i * 1_000_000L));
      }
    }
    assertThat(Replay.events(packets).stream().map(e -> e.request().target() + e.flags()))
        .containsExactly("/0[]", "/1[]", "/2[]", "/3[]", "/4[]");
  }
}
