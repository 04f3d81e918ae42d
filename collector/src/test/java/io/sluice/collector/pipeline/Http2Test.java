package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.testing.Http2Frames;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What only HTTP/2 has; its messages are in the table of all messages. */
final class Http2Test {
  private final Http2Frames client = new Http2Frames();
  private final Http2Frames server = new Http2Frames();

  private static RequestEvent only(Talk talk) {
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events).hasSize(1);
    return events.getFirst();
  }

  @Test
  void shouldTellAGrpcCall() {
    Talk talk = Talk.open();
    talk.send(
        true,
        client
            .preface()
            .headers(
                1,
                false,
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/pkg.Service/Method",
                ":authority",
                "grpc.example",
                "te",
                "trailers",
                "content-type",
                "application/grpc+proto",
                "user-agent",
                "grpc-java/1")
            .data(1, true, 20)
            .take());
    talk.send(
        false,
        server
            .settings()
            .headers(1, false, ":status", "200", "content-type", "application/grpc")
            .data(1, false, 30)
            .headers(1, true, "grpc-status", "14", "grpc-message", "away")
            .take());
    RequestEvent event = only(talk);
    assertThat(event.request().target()).isEqualTo("/pkg.Service/Method");
    assertThat(event.request().url()).isEqualTo("http://grpc.example/pkg.Service/Method");
    assertThat(event.request().scheme()).isEqualTo("http");
    assertThat(event.request().version()).isEqualTo("2");
    assertThat(event.request().contentType()).isEqualTo("application/grpc+proto");
    assertThat(event.request().userAgent()).isEqualTo("grpc-java/1");
    assertThat(event.request().bodyBytes()).isEqualTo(20);
    assertThat(event.response().contentType()).isEqualTo("application/grpc");
    assertThat(event.response().grpcStatus()).isEqualTo(14);
    assertThat(event.response().bodyBytes()).isEqualTo(30);
    assertThat(event.response().latencyUs()).isEqualTo(100);
    assertThat(event.flags()).isEmpty();
  }

  @Test
  void shouldTellAGrpcCallThatFailedAtOnce() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().get(1, "/p.S/M").take());
    talk.send(
        false, server.settings().headers(1, true, ":status", "200", "grpc-status", "12").take());
    assertThat(only(talk).response().grpcStatus()).isEqualTo(12);
  }

  @Test
  void shouldHoldHeadersThatAreAskedFor() {
    Talk talk = Talk.open();
    talk.send(
        true,
        client
            .preface()
            .headers(
                1,
                true,
                ":method",
                "GET",
                ":scheme",
                "http",
                ":path",
                "/",
                ":authority",
                "a",
                "x-a",
                "1",
                "cookie",
                "s",
                "x-a",
                "2")
            .take());
    talk.send(false, server.settings().headers(1, true, ":status", "200", "etag", "e").take());
    PipelineOptions options =
        PipelineOptions.defaults()
            .withHeaders(HeaderNames.of(List.of("*")), HeaderNames.of(List.of("ETag")));
    RequestEvent event =
        new Replay(options).feed(talk.clientEnds().serverEnds().packets()).finish().getFirst();
    assertThat(event.request().headers())
        .containsExactly(new RequestEvent.Header("x-a", "1"), new RequestEvent.Header("x-a", "2"));
    assertThat(event.response().headers()).containsExactly(new RequestEvent.Header("etag", "e"));
  }

  /** The header table is used across streams: later sections are short and mean the same. */
  @Test
  void shouldKeepTheHeaderTableOverManyStreams() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().take());
    talk.send(false, server.settings().take());
    for (int i = 0; i < 500; i++) {
      int stream = 1 + 2 * i;
      talk.send(true, client.get(stream, "/" + i % 7).take());
      talk.send(false, server.ok(stream, i).take());
    }
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events).hasSize(500);
    for (int i = 0; i < 500; i++) {
      assertThat(events.get(i).request().target()).isEqualTo("/" + i % 7);
      assertThat(events.get(i).response().bodyBytes()).isEqualTo(i);
      assertThat(events.get(i).depth()).isEqualTo(i + 1);
    }
  }

  @Test
  void shouldBridgeAGapInsideOfContent() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().get(1, "/1").take());
    talk.send(false, server.settings().ok(1, 5000).take());
    talk.send(true, client.get(3, "/2").take());
    talk.send(false, server.ok(3, 7).take());
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    packets.removeIf(p -> !p.fromClient() && p.payload().length == 1460 && p.sequence() == 6461);
    assertThat(packets).hasSize(talk.packets().size() - 1);
    List<RequestEvent> events = Replay.events(packets);
    assertThat(events).hasSize(2);
    assertThat(events.get(0).response().bodyBytes()).isEqualTo(5000);
    assertThat(events.get(0).flags()).containsExactly("gap:1460");
    assertThat(events.get(1).flags()).isEmpty();
  }

  @Test
  void shouldGiveUpADirectionWhoseHeadersWereLost() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().get(1, "/1").take());
    talk.send(false, server.settings().take());
    talk.send(false, server.ok(1, 0).take());
    talk.send(true, client.get(3, "/2").take());
    talk.send(false, server.ok(3, 7).take());
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    packets.remove(5); // the first response
    Replay replay = new Replay(PipelineOptions.defaults()).feed(packets);
    List<RequestEvent> events = replay.finish();
    assertThat(events.stream().map(e -> e.request().target())).containsExactly("/1", "/2");
    assertThat(events.stream().map(RequestEvent::response)).containsOnlyNulls();
    assertThat(events.get(0).flags()).contains("http2_lost", "truncated");
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.HTTP2_LOST)).isEqualTo(1);
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.HTTP2_UNREADABLE_BYTES))
        .isPositive();
  }

  @Test
  void shouldNotGuessWhatAConnectionSaidBeforeTheCapture() {
    Talk talk = Talk.midway();
    client.preface().get(1, "/1").take();
    server.settings().ok(1, 1).take();
    talk.send(true, client.get(3, "/1").take());
    talk.send(false, server.ok(3, 1).take());
    Replay replay = new Replay(PipelineOptions.defaults()).feed(talk.packets());
    assertThat(replay.finish()).isEmpty();
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.FOREIGN_BYTES)).isPositive();
  }

  @Test
  void shouldReadAServerThatSpeaksFirst() {
    Talk talk = Talk.open();
    talk.send(false, server.settings().take());
    talk.send(true, client.preface().get(1, "/1").take());
    talk.send(false, server.ok(1, 3).take());
    assertThat(only(talk).response().bodyBytes()).isEqualTo(3);
  }

  @Test
  void shouldBoundStreamsAtATime() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().take());
    talk.send(false, server.settings().take());
    for (int i = 0; i < 1100; i++) {
      talk.send(true, client.get(1 + 2 * i, "/").take());
    }
    Replay replay = new Replay(PipelineOptions.defaults()).feed(talk.packets());
    assertThat(replay.soFar()).hasSize(100);
    assertThat(replay.soFar().getFirst().flags()).containsExactly("HTTP_excessive_pipelining");
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.PENDING_LIMIT)).isEqualTo(100);
    assertThat(replay.finish()).hasSize(1100);
  }

  @Test
  void shouldBoundHeaderBlocks() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().frame(1, 0, 1, new byte[1000]).take());
    for (int i = 0; i < 200; i++) {
      talk.send(true, client.frame(9, 0, 1, new byte[1000]).take());
    }
    Replay replay = new Replay(PipelineOptions.defaults()).feed(talk.packets());
    assertThat(replay.finish()).isEmpty();
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.HTTP2_LOST)).isEqualTo(1);
  }

  /** One long header in the table, named again and again: small on the wire, large when decoded. */
  @Test
  void shouldBoundWhatABlockDecodesTo() {
    String[] headers = new String[10 + 2 * 2000];
    List<String> list =
        new ArrayList<>(
            List.of(":method", "GET", ":scheme", "http", ":path", "/bomb", ":authority", "a"));
    for (int i = 0; i < 2000; i++) {
      list.add("x");
      list.add("y".repeat(1000));
    }
    headers = list.toArray(headers);
    Talk talk = Talk.open();
    headers = list.toArray(new String[0]);
    talk.send(true, client.preface().headers(1, true, headers).get(3, "/next").take());
    talk.send(false, server.settings().ok(1, 0).ok(3, 0).take());
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events).hasSize(2);
    assertThat(events.get(0).request().target()).isEqualTo("/bomb");
    assertThat(events.get(0).flags()).containsExactly("header_limit", "truncated");
    assertThat(events.get(1).flags()).isEmpty();
  }

  @Test
  void shouldEmitAnUnansweredStreamInTime() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().get(1, "/slow").take());
    talk.send(false, server.settings().take());
    talk.pause(61_000_000);
    talk.send(true, client.get(3, "/2").take());
    talk.send(false, server.ok(3, 0).ok(1, 0).take());
    Replay replay = new Replay(PipelineOptions.defaults()).feed(talk.packets());
    assertThat(replay.finish().stream().map(e -> e.request().target() + e.flags()))
        .containsExactly("/slow[response_timeout]", "/2[]");
    assertThat(replay.pipeline().httpCounters().get(HttpCounter.UNMATCHED)).isEqualTo(1);
  }

  @Test
  void shouldEndWhatGoAwayRefuses() {
    Talk talk = Talk.open();
    talk.send(true, client.preface().get(1, "/1").get(3, "/2").take());
    byte[] goAway = {0, 0, 0, 1, 0, 0, 0, 0};
    talk.send(false, server.settings().frame(7, 0, 0, goAway).ok(1, 0).take());
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events.stream().map(e -> e.request().target() + e.flags()))
        .containsExactly("/2[http2_reset]", "/1[]");
  }

  private static final String UPGRADE =
      "POST /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nContent-Length: 6\r\n\r\n";
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

  /** The server may switch at once; the request's body still comes on HTTP/1. */
  @Test
  void shouldFinishARequestThatIsAnsweredOnHttp2BeforeItsEnd() {
    Talk talk = Talk.open().client(UPGRADE + "abc").server(SWITCHING);
    talk.send(false, server.settings().ok(1, 9).take());
    talk.client("def");
    talk.send(true, client.preface().get(3, "/next").take());
    talk.send(false, server.ok(3, 1).take());
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(
            events.stream()
                .map(e -> e.request().target() + e.request().bodyBytes() + e.flags() + e.depth()))
        .containsExactly("/up6[h2c_upgrade]1", "/next0[]2");
    RequestEvent upgrade = events.getFirst();
    assertThat(upgrade.request().version()).isEqualTo("1.1");
    assertThat(upgrade.response().status()).isEqualTo(200);
    assertThat(upgrade.response().bodyBytes()).isEqualTo(9);
    assertThat(upgrade.response().latencyUs()).isEqualTo(200);
  }

  /** Cut off before the request's end, its exchange is still one event. */
  @Test
  void shouldKeepAnUpgradeWhoseRequestIsNeverWhole() {
    Talk talk = Talk.open().client(UPGRADE + "abc").server(SWITCHING);
    talk.send(false, server.settings().ok(1, 9).take());
    List<RequestEvent> events = Replay.events(talk.packets());
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().request().bodyBytes()).isEqualTo(3);
    assertThat(events.getFirst().response().status()).isEqualTo(200);
    assertThat(events.getFirst().flags()).containsExactly("h2c_upgrade", "request_incomplete");
  }

  @Test
  void shouldNotTakeAStreamThatAClientUsedTooEarlyForTheUpgrade() {
    Talk talk = Talk.open();
    talk.client(UPGRADE.replace("Content-Length: 6\r\n", ""));
    talk.send(true, client.preface().get(1, "/early").take());
    talk.server(SWITCHING);
    talk.send(false, server.settings().ok(1, 2).take());
    List<RequestEvent> events = Replay.events(talk.clientEnds().serverEnds().packets());
    assertThat(events.stream().map(e -> e.request().target() + " " + e.response().status()))
        .containsExactlyInAnyOrder("/up 101", "/early 200");
  }
}
