package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.encoding.RedactionOptions;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.TrustedProxies;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which headers, and which client, an event holds. */
final class EventHeadersTest {
  private static final String REQUEST =
      """
      GET / HTTP/1.1\r
      Host: a\r
      X-ID:  1 \t\r
      x-id: 2\r
      Accept: text/html,\r
      \t  text/*\r
      Authorization: Basic c2VjcmV0\r
      Cookie: a=b\r
      X-Id : 3\r
      no colon here\r
      Empty:\r
      \r
      """;
  private static final String RESPONSE =
      "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\n";

  private static RequestEvent read(List<String> requests, List<String> responses, String request) {
    PipelineOptions options =
        PipelineOptions.defaults()
            .withHeaders(HeaderNames.of(requests), HeaderNames.of(responses))
            .withRedaction(RedactionOptions.none());
    Talk talk = Talk.open().client(request).server(RESPONSE).clientEnds().serverEnds();
    return new Replay(options).feed(talk.packets()).finish().getFirst();
  }

  private static String text(List<RequestEvent.Header> headers) {
    return headers.stream()
        .map(header -> header.name() + "=" + header.value())
        .collect(Collectors.joining("|"));
  }

  @Test
  void shouldHoldNoneByDefault() {
    RequestEvent event = read(List.of(), List.of(), REQUEST);
    assertThat(event.request().headers()).isEmpty();
    assertThat(event.response().headers()).isEmpty();
  }

  @Test
  void shouldKeepCaseOrderAndRepetition() {
    RequestEvent event = read(List.of("X-Id", "accept", "empty"), List.of("etag"), REQUEST);
    assertThat(text(event.request().headers()))
        .isEqualTo("X-ID=1|x-id=2|Accept=text/html, text/*|X-Id=3|Empty=");
    assertThat(text(event.response().headers())).isEqualTo("ETag=\"x\"");
  }

  @Test
  void shouldTakeCredentialsOnlyByName() {
    RequestEvent all = read(List.of("*"), List.of("*"), REQUEST);
    assertThat(text(all.request().headers()))
        .isEqualTo("Host=a|X-ID=1|x-id=2|Accept=text/html, text/*|X-Id=3|Empty=");
    assertThat(text(all.response().headers())).isEqualTo("ETag=\"x\"|Content-Length=0");
    RequestEvent named = read(List.of("cookie", "AUTHORIZATION"), List.of("Set-Cookie"), REQUEST);
    assertThat(text(named.request().headers()))
        .isEqualTo("Authorization=Basic c2VjcmV0|Cookie=a=b");
    assertThat(text(named.response().headers())).isEqualTo("Set-Cookie=a=b");
  }

  @Test
  void shouldBoundNumberAndBytes() {
    RequestEvent many =
        read(
            List.of("x"),
            List.of(),
            "GET / HTTP/1.1\r\nHost: a\r\n" + "x: 1\r\n".repeat(101) + "\r\n");
    assertThat(many.request().headers()).hasSize(100);
    assertThat(many.flags()).containsExactly("header_values_cut");
    RequestEvent large =
        read(
            List.of("x"),
            List.of(),
            "GET / HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(20_000) + "\r\nx: z\r\n\r\n");
    // Whole or not at all: a part would hide from redaction what it is.
    assertThat(text(large.request().headers())).isEqualTo("x=z");
    assertThat(large.flags()).containsExactly("header_values_cut");
  }

  @Test
  void shouldChangeWhatEventsHoldFromOneFrameToTheNext() {
    String head =
        "GET /?q HTTP/1.1\r\nHost: a\r\nX-Id: 1\r\nCookie: c\r\n"
            + "X-Forwarded-For: 203.0.113.9\r\n\r\n";
    Talk talk = Talk.open().client(head);
    int waiting = talk.packets().size();
    talk.server(RESPONSE).segmentsOf(20).client(head);
    int halfRead = talk.packets().size() - 2;
    talk.server(RESPONSE).clientEnds().serverEnds();
    PipelineOptions first =
        PipelineOptions.defaults()
            .withHeaders(HeaderNames.of(List.of("x-id", "cookie")), HeaderNames.NONE)
            .withRedaction(RedactionOptions.none());
    PipelineOptions second =
        first
            .withHeaders(HeaderNames.of(List.of("x-id", "host")), HeaderNames.of(List.of("etag")))
            .withRedaction(RedactionOptions.none().withDropQuery(true));
    Replay replay = new Replay(first).feed(talk.packets().subList(0, waiting));
    replay.pipeline().change(second.events());
    replay.feed(talk.packets().subList(waiting, halfRead));
    RequestEvent event = replay.soFar().getFirst();
    // Its head was read before: what is asked for no more is gone, what is new can't be there.
    assertThat(text(event.request().headers())).isEqualTo("X-Id=1");
    assertThat(text(event.response().headers())).isEqualTo("ETag=\"x\"");
    assertThat(event.request().url()).isEqualTo("http://a/");

    replay
        .pipeline()
        .change(
            first
                .withHeaders(HeaderNames.of(List.of("host")), HeaderNames.NONE)
                .withTrustedProxies(TrustedProxies.of(List.of("10.0.0.1")))
                .events());
    replay.feed(talk.packets().subList(halfRead, talk.packets().size()));
    RequestEvent next = replay.finish().get(1);
    assertThat(text(next.request().headers())).isEqualTo("Host=a");
    assertThat(next.response().headers()).isEmpty();
    assertThat(next.request().url()).isEqualTo("http://a/?q");
    assertThat(next.flow().realClientIp()).isEqualTo("203.0.113.9");
  }

  @Test
  void shouldRefuseWhatIsNoName() {
    assertThatThrownBy(() -> HeaderNames.of(List.of("a b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'a b' is no header's name");
    assertThatThrownBy(() -> HeaderNames.of(List.of(""))).hasMessage("'' is no header's name");
  }

  @Test
  void shouldNameTheClientOfATrustedProxy() {
    Talk talk =
        Talk.open()
            .client("GET /1 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9, 203.0.113.9\r\n\r\n")
            .server(RESPONSE)
            .client("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            .server(RESPONSE)
            .client(
                "GET /3 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\n"
                    + "Forwarded: for=2.2.2.2\r\n\r\n")
            .server(RESPONSE)
            .clientEnds()
            .serverEnds();
    PipelineOptions options = PipelineOptions.defaults();
    List<RequestEvent> events =
        new Replay(options.withTrustedProxies(TrustedProxies.of(List.of("10.0.0.1"))))
            .feed(talk.packets())
            .finish();
    assertThat(events.stream().map(event -> event.flow().realClientIp()))
        .containsExactly("203.0.113.9", null, null);
    assertThat(events.stream().map(event -> event.flow().clientIp())).containsOnly("10.0.0.1");
    assertThat(events.get(2).flags()).containsExactly("forwarded_contradictory");
    assertThat(
            new Replay(options.withTrustedProxies(TrustedProxies.of(List.of("10.0.0.2"))))
                .feed(talk.packets()).finish().stream().map(event -> event.flow().realClientIp()))
        .containsOnlyNulls();
  }

  @Test
  void shouldTellSchemeAndUrl() {
    Talk talk = Talk.open();
    for (String target : List.of("/p?q", "*", "HTTPS://b:1/x", "http://u:p@c", "a//b")) {
      talk.client("GET " + target + " HTTP/1.1\r\nHost: a:81\r\n\r\n").server(RESPONSE);
    }
    talk.client("CONNECT d:443 HTTP/1.1\r\nHost: d:443\r\n\r\n").server("HTTP/1.1 200 OK\r\n\r\n");
    talk.clientEnds().serverEnds();
    assertThat(
            Replay.events(talk.packets()).stream()
                .map(event -> event.request().scheme() + " " + event.request().url()))
        .containsExactly(
            "http http://a:81/p?q",
            "http http://a:81",
            "https HTTPS://b:1/x",
            "http http://REDACTED:REDACTED@c",
            "http http://a:81/a//b",
            "null d:443");
  }
}
