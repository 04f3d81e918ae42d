package io.sluice.collector.testing;

import java.util.List;

/**
 * HTTP/1 connections, and the events that they are. Expected lines are: method, target, host,
 * request body bytes, status, response body bytes, flags.
 */
public final class HttpCases {
  public record Case(String name, String client, String server, String... expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static final List<Case> CASES =
      List.of(
          new Case("plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", OK, "GET / a 0 200 2 []"),
          new Case(
              "keep-alive and pipelining",
              "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\n"
                  + "Content-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
              OK + OK + OK,
              "GET /1 a 0 200 2 []",
              "POST /2 a 3 200 2 [pipelined]",
              "GET /3 a 0 200 2 [pipelined]"),
          new Case(
              "interim responses",
              "PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz",
              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + OK,
              "PUT /x a 1 200 2 []"),
          new Case(
              "no body after HEAD, 204 and 304",
              "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n",
              "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
                  + "HTTP/1.1 204 No Content\r\nContent-Length: 99\r\n\r\n"
                  + "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"
                  + OK,
              "HEAD /1 a 0 200 0 []",
              "GET /2 a 0 204 0 [pipelined]",
              "GET /3 a 0 304 0 [pipelined]",
              "GET /4 a 0 200 2 [pipelined]"),
          new Case(
              "chunked both ways with extensions and trailers",
              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "3;name=\"v\"\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
                  + "A\r\n0123456789\r\n5 \r\nabcde\r\n0\r\n\r\n"
                  + "HTTP/1.1 500 Never Asked For\r\nContent-Length: 0\r\n\r\n",
              "POST / a 3 200 15 []"),
          new Case(
              "body to the connection's end",
              "GET / HTTP/1.0\r\n\r\n",
              "HTTP/1.0 200 OK\r\n\r\nall the rest\r\n\r\nof it",
              "GET / null 0 200 21 []"),
          new Case(
              "both framings: chunked counts",
              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nTransfer-Encoding: chunked"
                  + "\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
              OK + OK,
              "POST / a 1 200 2 [HTTP_content_length_and_chunked]",
              "GET /2 a 0 200 2 [pipelined]"),
          new Case(
              "Content-Length twice, alike and not",
              "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"
                  + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
              OK + OK,
              "POST /1 a 1 200 2 [duplicate_content_length]",
              "POST /2 a 1 200 2 [differing_content_length, pipelined]"),
          new Case(
              "bad Content-Length",
              "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"
                  + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n1234567",
              OK + OK,
              "POST /1 a 0 200 2 [HTTP_bad_content_length]",
              "POST /2 a 7 200 2 [HTTP_content_length_leading_zeros, pipelined]"),
          new Case(
              "disguised chunked",
              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
                  + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n"
                  + "Content-Length: 2\r\n\r\nab",
              OK + OK,
              "POST / a 0 200 2 [header_space_before_colon]",
              "POST /2 a 2 200 2 [odd_transfer_encoding, pipelined]"),
          new Case(
              "bare line feeds and leading empty lines",
              "\r\n\r\nGET /1 HTTP/1.1\nHost: a\n\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
              "HTTP/1.1 200 OK\nContent-Length: 2\n\nok" + OK,
              "GET /1 a 0 200 2 [bare_LF, leading_empty_lines]",
              "GET /2 a 0 200 2 [pipelined]"),
          new Case(
              "folded lines",
              "GET / HTTP/1.1\r\nX: 1\r\n 2\r\nTransfer-Encoding:\r\n chunked\r\nHost: a\r\n\r\n"
                  + "0\r\n\r\n",
              OK,
              "GET / a 0 200 2 [HTTP_obsolete_line_folding]"),
          new Case(
              "absolute and authority form",
              "GET http://u@b.example:81/x HTTP/1.1\r\n\r\n",
              OK,
              "GET http://REDACTED@b.example:81/x b.example 0 200 2 [missing_host_header]"),
          new Case(
              "a tunnel",
              "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
              "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nHTTP/1.1 404 Not HTTP any more\r\n",
              "CONNECT a:443 a 0 200 0 [upgraded]"),
          new Case(
              "an upgrade",
              "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u0081\u0005hello",
              "GET /chat a 0 101 0 [upgraded]"),
          new Case(
              "bytes that are no text",
              "GET /\u00e4\\\u0001%41 HTTP/1.1\r\nHost: a\r\n\r\n",
              OK,
              "GET /\\xe4\\\\\\x01%41 a 0 200 2 []"),
          new Case(
              "UTF-8", "GET /\u00c3\u00a4 HTTP/1.1\r\nHost: a\r\n\r\n", OK, "GET /ä a 0 200 2 []"),
          new Case(
              "unknown method and version",
              "FROB /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.9\r\nHost: a\r\n\r\n",
              OK + OK,
              "FROB /1 a 0 200 2 [unknown_HTTP_method]",
              "GET /2 a 0 200 2 [HTTP_version_mismatch, pipelined]"),
          new Case(
              "hosts",
              "GET /1 HTTP/1.1\r\nHost: [::1]:80\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nHost: b\r\n"
                  + "\r\nGET /3 HTTP/1.1\r\n\r\n",
              OK + OK + OK,
              "GET /1 [::1] 0 200 2 []",
              "GET /2 a 0 200 2 [host_header_ambiguous, pipelined]",
              "GET /3 null 0 200 2 [missing_host_header, pipelined]"),
          new Case(
              "a chunk size that is none",
              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
              OK,
              "POST / a 0 200 2 [HTTP_bad_chunk_size]"),
          new Case(
              "HTTP/0.9",
              "GET /old\r\n",
              "<html>all of it",
              "GET /old null 0 null 0 [missing_HTTP_version]"),
          new Case(
              "methods of WebDAV and UPnP",
              "PROPFIND /1 HTTP/1.1\r\nHost: a\r\nDepth: 0\r\n\r\n"
                  + "SUBSCRIBE /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "M-SEARCH * HTTP/1.1\r\nHost: a\r\n\r\n",
              "HTTP/1.1 207 Multi-Status\r\nContent-Length: 1\r\n\r\nx" + OK + OK,
              "PROPFIND /1 a 0 207 1 []",
              "SUBSCRIBE /2 a 0 200 2 [pipelined]",
              "M-SEARCH * a 0 200 2 [pipelined]"),
          new Case(
              "a range",
              "GET /r HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n",
              "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab",
              "GET /r a 0 206 2 []"),
          new Case(
              "a final response instead of 100",
              "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
              "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n",
              "POST /e a 3 417 0 []"),
          new Case(
              "chunked twice, and as an element of a list",
              "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                  + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n"
                  + "1\r\nx\r\n0\r\n\r\n",
              OK + OK,
              "POST /1 a 0 200 2 [HTTP_chunked_multi]",
              "POST /2 a 1 200 2 [pipelined]"),
          new Case(
              "chunked in HTTP/1.0, and a NUL",
              "POST /1 HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                  + "GET /2 HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
              OK + OK,
              "POST /1 a 0 200 2 [chunked_in_HTTP_1_0]",
              "GET /2 a 0 200 2 [nul_in_header, pipelined]"),
          new Case(
              "ICAP", "REQMOD icap://a/x ICAP/1.0\r\nHost: a\r\n\r\n", "ICAP/1.0 204 No\r\n\r\n"),
          new Case("IRC", "NICK a\r\nUSER a 0 * :b\r\n", ":s 001 a :HTTP/1.1 200 OK\r\n"),
          new Case("memcached", "get /key\r\n", "END\r\n"),
          new Case("TDS", "\u0012\1\0\u0034\0\0\0\0", "\4\1\0\45\0\0\1\0"),
          new Case("SMB", "\0\0\0\u0085\u00ffSMBr\0\0\0\0", "\0\0\0\4\u00ffSMB"),
          new Case("SIP", "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n"),
          new Case("RTSP", "DESCRIBE rtsp://a RTSP/1.0\r\n\r\n", "RTSP/1.0 200 OK\r\n\r\n"),
          new Case("SMTP", "HELO a\r\nMAIL FROM:<b>\r\n", "220 HTTP/1.1 ready\r\n250 OK\r\n"));

  private HttpCases() {}

  public static List<Case> all() {
    return CASES;
  }
}
