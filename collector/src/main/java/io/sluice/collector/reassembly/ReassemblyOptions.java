package io.sluice.collector.reassembly;

/**
 * The bounds of reassembly in one worker.
 *
 * @param maxFlows flows at a time, 1..2^26
 * @param maxStreamBufferBytes out-of-order bytes of one stream, in whole pages of 2 KiB
 * @param maxBufferBytes out-of-order bytes of all streams
 * @param idleTimeoutNs a connection without packets for so long is over
 * @param halfOpenTimeoutNs the same for one that never carried payload
 * @param closedTimeoutNs how long one that has ended is remembered, for late segments
 * @param reorderWindowNs a hole that the receiver acknowledged is a gap after so long
 * @param holeTimeoutNs a hole that nobody acknowledged is a gap after so long
 */
public record ReassemblyOptions(
    int maxFlows,
    int maxStreamBufferBytes,
    long maxBufferBytes,
    long idleTimeoutNs,
    long halfOpenTimeoutNs,
    long closedTimeoutNs,
    long reorderWindowNs,
    long holeTimeoutNs) {
  private static final long SECOND_NS = 1_000_000_000L;

  public static ReassemblyOptions defaults() {
    return new ReassemblyOptions(
        200_000,
        1 << 20,
        64 << 20,
        300 * SECOND_NS,
        60 * SECOND_NS,
        10 * SECOND_NS,
        SECOND_NS / 4,
        10 * SECOND_NS);
  }

  /** For one of several workers that share what is bounded for all streams together. */
  public ReassemblyOptions shareOf(int workers) {
    return new ReassemblyOptions(
        Math.max(1, maxFlows / workers),
        maxStreamBufferBytes,
        Math.max(maxStreamBufferBytes, maxBufferBytes / workers),
        idleTimeoutNs,
        halfOpenTimeoutNs,
        closedTimeoutNs,
        reorderWindowNs,
        holeTimeoutNs);
  }
}
