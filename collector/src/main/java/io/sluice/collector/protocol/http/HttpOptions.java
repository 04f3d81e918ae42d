package io.sluice.collector.protocol.http;

/**
 * The bounds of HTTP parsing.
 *
 * @param maxUrlBytes of a longer target the event has so many bytes
 * @param maxHeadBytes of a longer header section the rest is skipped
 * @param maxHeadBufferBytes header sections that wait for their end, of all connections together
 * @param maxPending requests that wait for a response on one connection
 * @param responseTimeoutNs a request is emitted without response after so long
 * @param maxHttp2Connections HTTP/2 connections that are read at a time; each may hold two header
 *     tables of 64 KiB
 */
public record HttpOptions(
    int maxUrlBytes,
    int maxHeadBytes,
    long maxHeadBufferBytes,
    int maxPending,
    long responseTimeoutNs,
    int maxHttp2Connections) {

  public static HttpOptions defaults() {
    return new HttpOptions(8192, 64 << 10, 64 << 20, 1000, 60_000_000_000L, 1000);
  }

  /** For one of several workers that share what is bounded for all connections together. */
  public HttpOptions shareOf(int workers) {
    return new HttpOptions(
        maxUrlBytes,
        maxHeadBytes,
        Math.max(maxHeadBytes, maxHeadBufferBytes / workers),
        maxPending,
        responseTimeoutNs,
        Math.max(1, maxHttp2Connections / workers));
  }
}
