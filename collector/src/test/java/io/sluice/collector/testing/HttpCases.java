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
              "POST /1 HTTP/1.1\r\n"
                  + "Host: a\r\n"
                  + "Content-Length: 1\r\n"
                  + "Content-Length: 1\r\n\r\n"
                  + "xPOST /2 HTTP/1.1\r\n"
                  + "Host: a\r\n"
                  + "Content-Length: 1\r\n"
                  + "Content-Length: 2\r\n\r\n"
                  + "x",
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
              "GET /1 a 0 200 2 [leading_empty_lines, line_terminated_with_single_LF]",
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
              "GET /\\xe4\\\\\\x01%41 a 0 200 2 [control_in_header]"),
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
              "GET /2 a 0 200 2 [NUL_in_line, pipelined]"),
          new Case(
              "another host in the target than in the header",
              "GET http://b/1 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "GET http://A:80/2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "CONNECT c:443 HTTP/1.1\r\nHost: a\r\n\r\n",
              OK + OK + "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
              "GET http://b/1 a 0 200 2 [host_header_ambiguous]",
              "GET http://A:80/2 a 0 200 2 [pipelined]",
              "CONNECT c:443 a 0 403 0 [host_header_ambiguous, pipelined]"),
          new Case(
              "odd request lines",
              "GET  /1 HTTP/1.1\r\nHost: a\r\n\r\nGET\t/2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "GET /3 HTTP/1.1 \r\nHost: a\r\n\r\nGET /4 5 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "GET HTTP/1.1\r\nHost: a\r\n\r\nGET /6 http/1.1\r\nHost: a\r\n\r\n"
                  + "get /7 HTTP/1.1\r\nHost: a\r\n\r\n",
              OK.repeat(7),
              "GET /1 a 0 200 2 [request_line_whitespace]",
              "GET /2 a 0 200 2 [pipelined, request_line_whitespace]",
              "GET /3 a 0 200 2 [pipelined, request_line_whitespace]",
              "GET /4 5 a 0 200 2 [pipelined, request_line_whitespace]",
              "GET  a 0 200 2 [missing_HTTP_uri, pipelined]",
              "GET /6 a 0 200 2 [lowercase_HTTP_keyword, pipelined]",
              "get /7 a 0 200 2 [pipelined, unknown_HTTP_method]"),
          new Case(
              "odd header lines",
              "GET /1 HTTP/1.1\r\nno colon\r\nHost: a\r\n\r\n"
                  + "GET /2 HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"
                  + "GET /3 HTTP/1.1\r\nHost: a\r\nX: \u000b\r\n\r\n"
                  + "GET /4 HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n"
                  + "GET /5 HTTP/1.1\r\nHost: a\r\nX: tab\there\r\n\r\n",
              OK.repeat(5),
              "GET /1 a 0 200 2 [bad_header_line]",
              "GET /2 a 0 200 2 [line_terminated_with_single_CR, pipelined]",
              "GET /3 a 0 200 2 [control_in_header, pipelined]",
              "GET /4 a 0 200 2 [HTTP_expect_not_100_continue, pipelined]",
              "GET /5 a 0 200 2 [pipelined]"),
          new Case(
              "odd status lines",
              "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n",
              "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"
                  + "HTTP/1.1  404  Not Here\r\nContent-Length: 1\r\n\r\nx"
                  + "HTTP/1.1 20 Short\r\nContent-Length: 1\r\n\r\nx"
                  + "http/1.0 500 Small\r\nContent-Length: 1\r\n\r\nx",
              "GET /1 a 0 200 1 []",
              "GET /2 a 0 404 1 [pipelined]",
              "GET /3 a 0 20 1 [bad_status_line, pipelined]",
              "GET /4 a 0 500 1 [lowercase_HTTP_keyword, pipelined]"),
          new Case(
              "SHOUTcast",
              "GET /stream HTTP/1.0\r\nHost: a\r\nIcy-MetaData: 1\r\n\r\n",
              "ICY 200 OK\r\nicy-name: x\r\ncontent-type: audio/mpeg\r\n\r\nsound",
              "GET /stream a 0 200 5 [bad_status_line]"),
          new Case(
              "Transfer-Encoding in disguise",
              te("/1", "Transfer-Encoding: CHUNKED", "1\r\nx\r\n0\r\n\r\n")
                  + te("/2", "Transfer-Encoding:\tchunked", "1\r\nx\r\n0\r\n\r\n")
                  + te("/3", "Transfer-Encoding:chunked", "1\r\nx\r\n0\r\n\r\n")
                  + te("/4", "Transfer-Encoding: chunked, ", "1\r\nx\r\n0\r\n\r\n")
                  + te("/5", "Transfer-Encoding: gzip, chunked", "1\r\nx\r\n0\r\n\r\n")
                  + te("/6", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "")
                  + te("/7", "Transfer-Encoding: chunked, gzip", "")
                  + te("/8", "Transfer-Encoding: \"chunked\"", "")
                  + te("/9", "Transfer-Encoding: chunked;q=1", "")
                  + te("/10", "Transfer-Encoding: \u000bchunked", "")
                  + te("/11", "Transfer-Encoding: chunk", "")
                  + te("/12", "Transfer_Encoding: chunked", "")
                  + te("/13", "Transfer-Encoding\u000b: chunked", "0\r\n\r\n")
                  + te("/14", "X: a\nTransfer-Encoding: chunked", "0\r\n\r\n"),
              OK.repeat(14),
              "POST /1 a 1 200 2 []",
              "POST /2 a 1 200 2 []",
              "POST /3 a 1 200 2 []",
              "POST /4 a 1 200 2 [odd_transfer_encoding]",
              "POST /5 a 1 200 2 []",
              "POST /6 a 0 200 2 [HTTP_chunked_multi, odd_transfer_encoding]",
              "POST /7 a 0 200 2 [odd_transfer_encoding]",
              "POST /8 a 0 200 2 [odd_transfer_encoding]",
              "POST /9 a 0 200 2 [odd_transfer_encoding]",
              "POST /10 a 0 200 2 [control_in_header, odd_transfer_encoding]",
              "POST /11 a 0 200 2 [odd_transfer_encoding]",
              "POST /12 a 0 200 2 []",
              "POST /13 a 0 200 2 [control_in_header, header_space_before_colon]",
              "POST /14 a 0 200 2 [line_terminated_with_single_LF]"),
          new Case(
              "chunk sizes: capitals, zeros, blanks, and no CR",
              te("/1", "Transfer-Encoding: chunked", "000A \t\r\n0123456789\r\n0000\r\n\r\n")
                  + te("/2", "Transfer-Encoding: chunked", "1\nx\n0\n\n"),
              OK + OK,
              "POST /1 a 10 200 2 []",
              "POST /2 a 1 200 2 []"),
          new Case(
              "chunk sizes that overflow, are signed, or have a prefix",
              te("/1", "Transfer-Encoding: chunked", "10000000000000001\r\nx\r\n0\r\n\r\n")
                  + te("/2", "Transfer-Encoding: chunked", "0x1\r\nx\r\n0\r\n\r\n")
                  + te("/3", "Transfer-Encoding: chunked", "-1\r\nx\r\n0\r\n\r\n"),
              OK + OK + OK,
              "POST /1 a 0 200 2 [HTTP_bad_chunk_size]",
              "POST /2 a 0 null 0 [HTTP_bad_chunk_size]",
              "POST /3 a 0 null 0 [HTTP_bad_chunk_size]"),
          new Case(
              "a Content-Length that is a list, signed, in hex, or too large",
              cl("/1", "2, 2", "ab")
                  + cl("/2", "+2", "")
                  + cl("/3", "0x2", "")
                  + cl("/4", "2;2", "ab")
                  + cl("/5", "99999999999999999999999", ""),
              OK.repeat(5),
              "POST /1 a 2 200 2 [duplicate_content_length]",
              "POST /2 a 0 200 2 [HTTP_bad_content_length]",
              "POST /3 a 0 200 2 [HTTP_bad_content_length]",
              "POST /4 a 2 200 2 [HTTP_bad_content_length]",
              "POST /5 a 0 200 2 [HTTP_bad_content_length]"),
          new Case(
              "a body without length, and what looks like a request in it",
              "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n"
                  + "Content-Length: 18\r\n\r\nGET /3 HTTP/1.1\r\n\r\n",
              OK + OK,
              "GET /1 a 0 200 2 []",
              "GET /2 a 18 200 2 [pipelined]"),
          new Case(
              "SOAP and RPC over HTTP",
              "POST /s HTTP/1.1\r\nHost: a\r\nSOAPAction: \"x\"\r\nContent-Length: 4\r\n\r\n<a/>"
                  + "RPC_IN_DATA /rpc/rpcproxy.dll?a:6001 HTTP/1.1\r\nHost: a\r\n"
                  + "Content-Length: 1073741824\r\n\r\n\5\0\u0014\3",
              "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
              "POST /s a 4 500 0 []",
              "RPC_IN_DATA /rpc/rpcproxy.dll?a:6001 a 4 null 0 [pipelined, request_incomplete]"),
          new Case(
              "a line and header of another protocol that names HTTP",
              "INVITE sip:b@a SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nContent-Type: message/http\r\n\r\n",
              "SIP/2.0 100 Trying\r\n\r\n"),
          new Case(
              "Gnutella",
              "GNUTELLA CONNECT/0.6\r\nUser-Agent: x\r\n\r\n",
              "GNUTELLA/0.6 200 OK\r\n\r\n"),
          new Case("Redis", "GET key\r\n", "$2\r\nok\r\n"),
          new Case("POP3", "RETR 1\r\n", "+OK 9 octets\r\nSubject: x\r\n\r\n.\r\n"),
          new Case("TLS", "\u0016\3\1\0\u00a5\1\0\0", "\u0016\3\3\0\u003b\2\0\0"),
          new Case("SSH", "SSH-2.0-x\r\n", "SSH-2.0-y\r\n"),
          new Case("STOMP", "CONNECT\naccept-version:1.2\nhost:a\n\n\0", "CONNECTED\n\n\0"),
          new Case("NNTP", "GROUP a.b\r\nHEAD 1\r\n", "211 1 1 1 a.b\r\n"),
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

  private static String te(String target, String headers, String body) {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n" + body;
  }

  private static String cl(String target, String length, String body) {
    return te(target, "Content-Length: " + length, body);
  }

  public static List<Case> all() {
    return CASES;
  }
}
