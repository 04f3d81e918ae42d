package io.sluice.bench.traffic;

/**
 * What the traffic is made of. Shares are 0.0..1.0.
 *
 * @param connections open at a time, 1 or more
 * @param megabitsPerSecond how fast packet time moves
 * @param ipv6 share of connections
 * @param pipelined share of keep-alive connections whose client does not wait for responses
 * @param split share of requests cut over two to four segments at arbitrary bytes
 * @param large share of bodies of 1 MiB; the others have 200..16,384 bytes
 * @param chunked share of bodies
 * @param unregistered share of requests whose method is in no registry's first page (NOTIFY, ...)
 * @param reordered share of data segments that arrive after the one behind them
 * @param retransmitted share of data segments that arrive twice
 * @param other share of connections that are not HTTP (TLS records, DNS datagrams)
 * @param flood 64-byte frames that are not HTTP, as a multiple of the other frames; 0.0 or more
 */
public record Mix(
    int connections,
    double megabitsPerSecond,
    double ipv6,
    double pipelined,
    double split,
    double large,
    double chunked,
    double unregistered,
    double reordered,
    double retransmitted,
    double other,
    double flood) {

  public static final int SMALLEST_BODY = 200;
  public static final int LARGEST_SMALL_BODY = 16 * 1024;
  public static final int LARGE_BODY = 1024 * 1024;

  public static Mix standard() {
    return new Mix(256, 1000, 0.2, 0.1, 0.05, 0.002, 0.3, 0.01, 0, 0, 0, 0);
  }
}
