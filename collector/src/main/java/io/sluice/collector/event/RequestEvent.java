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
   */
  public record Flow(
      String clientIp,
      int clientPort,
      String serverIp,
      int serverPort,
      int vlan,
      String communityId) {}

  /**
   * @param target the request target as sent
   * @param host the authority without its port; null where the request names none
   * @param headerBytes request line to the empty line, both included
   * @param bodyBytes content bytes, without chunk framing
   */
  public record Request(
      String method,
      String target,
      String host,
      String url,
      String version,
      String userAgent,
      String referrer,
      String contentType,
      long headerBytes,
      long bodyBytes) {}

  /**
   * @param latencyUs first byte of the request to first byte of the final response, microseconds
   * @param durationUs first byte of the request to last byte of the response, microseconds
   */
  public record Response(
      int status,
      String reason,
      String contentType,
      long headerBytes,
      long bodyBytes,
      long latencyUs,
      long durationUs) {}
}
