package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.util.List;
import java.util.stream.Stream;

/** Events for tests of what comes behind the protocol. */
public final class SampleEvents {
  /** 2026-11-21T01:02:03.123456Z and 789 ns. */
  public static final long TIME_NS = 1_795_222_923_123_456_789L;

  public static final String COMMUNITY_ID = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";

  private SampleEvents() {}

  /** A plain exchange, all fields filled. */
  public static RequestEvent plain() {
    return new RequestEvent(
        "0123456789abcdef0123456789abcdef",
        TIME_NS,
        flow(),
        request("GET", "/a/page.html?b=c", "http://example.com/a/page.html?b=c"),
        response(200),
        1,
        List.of());
  }

  /** A request whose response was not seen, over IPv6 in a VLAN, with nothing optional. */
  public static RequestEvent bare() {
    return new RequestEvent(
        "ffffffffffffffffffffffffffffffff",
        TIME_NS,
        new RequestEvent.Flow("2001:db8::1", 50_000, "2001:db8::2", 8080, 42, COMMUNITY_ID, null),
        new RequestEvent.Request(
            "OPTIONS", "*", "http", null, null, "1.0", null, null, null, 40, 0, List.of()),
        null,
        3,
        List.of("no_response", "truncated"));
  }

  /** A request whose line was cut before its target: what it would have said is empty. */
  public static RequestEvent cut() {
    final RequestEvent bare = bare();
    return new RequestEvent(
        bare.id(),
        TIME_NS,
        bare.flow(),
        new RequestEvent.Request("", "", null, null, "", "", "", "", "", 4, 0, List.of()),
        new RequestEvent.Response(200, "", "", 30, 0, 1_500, 2_500, List.of(), -1),
        1,
        List.of("truncated"));
  }

  /** HTTP/2 through a proxy, with all that an event holds where it is asked for, and huge. */
  public static RequestEvent proxied() {
    return new RequestEvent(
        "0123456789abcdef0123456789abcdef",
        TIME_NS,
        new RequestEvent.Flow(
            "2001:db8::1", 50_000, "2001:db8::2", 80, -1, COMMUNITY_ID, "2001:db8::77"),
        new RequestEvent.Request(
            "POST",
            "/a.B/C",
            "http",
            "[2001:db8::2]",
            "http://[2001:db8::2]/a.B/C",
            "2",
            "grpc",
            null,
            "application/grpc",
            120,
            1L << 40,
            headers("asked for")),
        new RequestEvent.Response(
            200, "", "application/grpc", 210, 1L << 41, 1_500, 1L << 45, headers("so"), 13),
        1,
        List.of());
  }

  /** The plain event with these headers of its request. */
  static RequestEvent asking(final List<RequestEvent.Header> headers) {
    final RequestEvent plain = plain();
    return new RequestEvent(
        plain.id(),
        plain.timestampNs(),
        plain.flow(),
        request("GET", "/a/page.html?b=c", "http://example.com/a/page.html?b=c", headers),
        plain.response(),
        1,
        List.of());
  }

  /** The plain event with other method, target and status. */
  public static RequestEvent with(final String method, final String target, final int status) {
    final RequestEvent plain = plain();
    return new RequestEvent(
        plain.id(),
        plain.timestampNs(),
        plain.flow(),
        request(method, target, "http://example.com" + target),
        response(status),
        1,
        List.of());
  }

  /** An event that has this text in each field that a peer on the wire can write to. */
  public static RequestEvent everywhere(final String text) {
    return new RequestEvent(
        "0123456789abcdef0123456789abcdef",
        TIME_NS,
        flow(),
        new RequestEvent.Request(
            text, text, text, text, text, text, text, text, text, 100, 5, headers(text)),
        new RequestEvent.Response(404, text, text, 80, 7, 1_500, 2_500, headers(text), -1),
        2,
        List.of("odd"));
  }

  /** Texts made to break records, parsers and terminals. */
  public static Stream<String> hostileTexts() {
    final StringBuilder controls = new StringBuilder("all");
    for (char c = 0; c < 0xa1; c++) {
      controls.append(c);
    }
    return Stream.of(
        controls.toString(),
        "line\nfeed\r\nreturn",
        "tab\tand\u000bvertical",
        "quote\"end' OR '1'='1",
        "\"",
        "\\",
        "\\\\\\",
        "ends in backslash\\",
        "\\\"",
        "known \\x0a and \\\\ escapes",
        "broken \\x0 and \\xzz escapes \\x",
        "pipe|equals=a=b|c\\|d\\=",
        "key=value cs1=forged outcome=success",
        "-",
        "(empty)",
        "",
        " ",
        "a,b,-,(empty)",
        "#close\t2026",
        "\u001b[2J\u001b]0;title\u0007",
        "\u009b31mred",
        "right\u202eto\u2066left\u2028line\u2029paragraph\ufeffmark",
        "lone \ud800 surrogate \udc00",
        "\ud800",
        "emoji 😀 and é and 漢",
        "{\"json\":[1,2]}",
        "</script><script>alert(1)</script>",
        "%0d%0aSet-Cookie:%20a=b",
        "x".repeat(1_000_000),
        "\\".repeat(70_000),
        "\n".repeat(70_000),
        "😀".repeat(5_000));
  }

  public static RequestEvent.Flow flow() {
    return new RequestEvent.Flow(
        "128.232.110.120", 34_855, "66.35.250.204", 80, -1, COMMUNITY_ID, null);
  }

  public static RequestEvent.Request request(
      final String method, final String target, final String url) {
    return request(method, target, url, List.of());
  }

  private static RequestEvent.Request request(
      final String method,
      final String target,
      final String url,
      final List<RequestEvent.Header> headers) {
    return new RequestEvent.Request(
        method,
        target,
        "http",
        "example.com",
        url,
        "1.1",
        "Mozilla/5.0 (X11)",
        "http://referrer.example/from?x=y",
        "text/plain",
        120,
        11,
        headers);
  }

  public static RequestEvent.Response response(final int status) {
    return new RequestEvent.Response(
        status, "OK", "text/html", 210, 3_000, 1_500, 12_345, List.of(), -1);
  }

  private static List<RequestEvent.Header> headers(final String text) {
    return List.of(new RequestEvent.Header(text, text));
  }
}
