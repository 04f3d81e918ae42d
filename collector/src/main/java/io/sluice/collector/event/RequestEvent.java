package io.sluice.collector.event;

import java.util.List;

/**
 * One HTTP request seen on the wire, with its response where one was seen in time. Immutable: the
 * first object that crosses threads. Strings are clean text: bytes that are not UTF-8 or are
 * control characters are written {@code \xHH} and a backslash is doubled.
 *
 * @param id deterministic: the same packets give the same id
 * @param timestampNs packet time of the request's first byte, nanoseconds since 1970 UTC
 * @param response null where none was seen in time
 * @param depth 1 for the first request of a flow, 2 for the second, ...
 * @param flags what was odd or missing, in alphabetical order
 */
public record RequestEvent(
    String id,
    long timestampNs,
    Flow flow,
    Request request,
    Response response,
    int depth,
    List<String> flags) {

  /**
   * @param vlan outermost VLAN id 0..4095, or -1
   * @param communityId Community ID v1, seed 0
   * @param realClientIp the client that trusted proxies name; null where there is no such word
   */
  public record Flow(
      String clientIp,
      int clientPort,
      String serverIp,
      int serverPort,
      int vlan,
      String communityId,
      String realClientIp) {}

  /**
   * A header that was asked for.
   *
   * @param name in the case in which it was sent
   * @param value without blanks around it; a folded line's fold is one blank
   */
  public record Header(String name, String value) {}

  /**
   * @param target the request target as sent; in HTTP/2 the pseudo-header :path
   * @param scheme lower case; null for CONNECT, which names none
   * @param host the authority without its port; null where the request names none
   * @param url the whole of it; for CONNECT the authority
   * @param headerBytes request line to the empty line, both included; in HTTP/2 the frames of the
   *     header section, with their headers
   * @param bodyBytes content bytes, without chunk framing or padding
   * @param headers those asked for, in the order sent, repeated ones too; bounded
   */
  public record Request(
      String method,
      String target,
      String scheme,
      String host,
      String url,
      String version,
      String userAgent,
      String referrer,
      String contentType,
      long headerBytes,
      long bodyBytes,
      List<Header> headers) {}

  /**
   * @param latencyUs first byte of the request to first byte of the final response, microseconds
   * @param durationUs first byte of the request to last byte of the response, microseconds
   * @param headers as those of the request
   * @param grpcStatus gRPC's status code from the trailers, or from the only header section; -1
   *     where there is none
   */
  public record Response(
      int status,
      String reason,
      String contentType,
      long headerBytes,
      long bodyBytes,
      long latencyUs,
      long durationUs,
      List<Header> headers,
      int grpcStatus) {}
}
