package io.sluice.collector.testing;

import java.util.List;

/** HTTP/2 connections, and the events that they are; the lines are those of {@link HttpCases}. */
public final class Http2Cases {
  private static final String UPGRADE =
      "GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n";
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

  private Http2Cases() {}

  private static Http2Frames client() {
    return new Http2Frames().preface();
  }

  private static Http2Frames server() {
    return new Http2Frames().settings();
  }

  private static HttpCases.Case of(
      String name, Http2Frames client, Http2Frames server, String... expected) {
    return new HttpCases.Case(name, client.takeText(), server.takeText(), expected);
  }

  public static List<HttpCases.Case> all() {
    return List.of(
        of("one", client().get(1, "/"), server().ok(1, 5), "GET / a 0 200 5 []"),
        of(
            "many streams, answered in another order",
            client().get(1, "/1").get(3, "/2").get(5, "/1"),
            server().ok(3, 0).ok(5, 2).ok(1, 3),
            "GET /2 a 0 200 0 []",
            "GET /1 a 0 200 2 []",
            "GET /1 a 0 200 3 []"),
        of(
            "bodies and padding",
            client()
                .headers(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":path",
                    "/p",
                    ":authority",
                    "a",
                    "content-length",
                    "7")
                .data(1, false, 3)
                .paddedData(1, true, 4, 9),
            server()
                .headers(1, false, ":status", "201")
                .paddedData(1, false, 10, 0)
                .paddedData(1, false, 0, 30)
                .data(1, true, 0),
            "POST /p a 7 201 10 []"),
        of(
            "header sections in parts",
            client()
                .headersInParts(
                    1,
                    true,
                    ":method",
                    "GET",
                    ":scheme",
                    "http",
                    ":path",
                    "/parts",
                    ":authority",
                    "a",
                    "x",
                    "y".repeat(300)),
            server().headersInParts(1, true, ":status", "404", "x", "z".repeat(100)),
            "GET /parts a 0 404 0 []"),
        of(
            "interim responses and trailers",
            client()
                .headers(
                    1, false, ":method", "PUT", ":scheme", "http", ":path", "/t", ":authority", "a")
                .data(1, false, 1)
                .headers(1, true, "trailer", "x"),
            server()
                .headers(1, false, ":status", "100")
                .headers(1, false, ":status", "103", "link", "x")
                .headers(1, false, ":status", "200")
                .data(1, false, 2)
                .headers(1, true, "grpc-status", "5"),
            "PUT /t a 1 200 2 []"),
        of(
            "reset by the server",
            client().get(1, "/1").get(3, "/2"),
            server()
                .headers(1, false, ":status", "200")
                .data(1, false, 4)
                .frame(3, 0, 1, new byte[] {0, 0, 0, 2})
                .ok(3, 1),
            "GET /1 a 0 200 4 [http2_reset, response_incomplete]",
            "GET /2 a 0 200 1 []"),
        of(
            "an early answer that does not want the rest",
            client()
                .headers(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":path",
                    "/e",
                    ":authority",
                    "a")
                .data(1, false, 6),
            server().headers(1, true, ":status", "413").frame(3, 0, 1, new byte[] {0, 0, 0, 0}),
            "POST /e a 6 413 0 [request_incomplete]"),
        of(
            "a promise",
            client().get(1, "/page"),
            server().frame(5, 4, 1, promise(2, "/pushed.css")).ok(1, 1).ok(2, 9),
            "GET /page a 0 200 1 []",
            "GET /pushed.css a 0 200 9 [http2_pushed]"),
        of(
            "frames of no interest",
            client()
                .frame(8, 0, 0, new byte[4])
                .frame(6, 0, 0, new byte[8])
                .get(1, "/f")
                .frame(2, 0, 3, new byte[5])
                .frame(0xfa, 0xff, 77, new byte[20]),
            server()
                .frame(4, 1, 0, new byte[0])
                .ok(1, 0)
                .frame(7, 0, 0, new byte[] {0, 0, 0, 1, 0, 0, 0, 0}),
            "GET /f a 0 200 0 []"),
        of(
            "a tunnel",
            client()
                .headers(1, false, ":method", "CONNECT", ":authority", "b:443")
                .data(1, true, 9),
            server().headers(1, false, ":status", "200").data(1, true, 8),
            "CONNECT b:443 b 9 200 8 [upgraded]"),
        of(
            "signals of smuggling",
            client()
                .headers(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":path",
                    "/s",
                    ":authority",
                    "a",
                    "host",
                    "b",
                    "transfer-encoding",
                    "chunked",
                    "content-length",
                    "3",
                    "x",
                    "1\r\ny: 2")
                .data(1, true, 2),
            server().ok(1, 0),
            "POST /s a 2 200 0 [differing_content_length, header_injection, host_header_ambiguous,"
                + " odd_transfer_encoding]"),
        new HttpCases.Case(
            "an upgrade to HTTP/2",
            UPGRADE + client().get(3, "/more").takeText(),
            SWITCHING + server().ok(1, 4).ok(3, 5).takeText(),
            "GET /up a 0 200 4 [h2c_upgrade]",
            "GET /more a 0 200 5 []"),
        new HttpCases.Case(
            "an upgrade by a request with a body",
            UPGRADE.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc")
                + client().takeText(),
            SWITCHING + server().ok(1, 4).takeText(),
            "POST /up a 3 200 4 [h2c_upgrade]"),
        new HttpCases.Case(
            "an upgrade without an answer behind it",
            UPGRADE + client().takeText(),
            SWITCHING + server().takeText(),
            "GET /up a 0 101 0 [h2c_upgrade, upgraded]"),
        new HttpCases.Case(
            "an upgrade, reset",
            UPGRADE + client().takeText(),
            SWITCHING + server().frame(3, 0, 1, new byte[] {0, 0, 0, 2}).takeText(),
            "GET /up a 0 101 0 [h2c_upgrade, http2_reset, upgraded]"),
        new HttpCases.Case(
            "an upgrade that is refused",
            UPGRADE + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 204 No\r\n\r\n",
            "GET /up a 0 200 1 []",
            "GET /2 a 0 204 0 []"),
        new HttpCases.Case("no frames behind the preface", Http2Frames.PREFACE + "xyz", "\0\0"),
        new HttpCases.Case(
            "a block that is none",
            client()
                .frame(1, 5, 1, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0})
                .takeText(),
            server().ok(1, 0).takeText()));
  }

  private static byte[] promise(int stream, String path) {
    byte[] block =
        new Http2Frames()
            .block(":method", "GET", ":scheme", "http", ":path", path, ":authority", "a");
    byte[] payload = new byte[4 + block.length];
    payload[3] = (byte) stream;
    System.arraycopy(block, 0, payload, 4, block.length);
    return payload;
  }
}
