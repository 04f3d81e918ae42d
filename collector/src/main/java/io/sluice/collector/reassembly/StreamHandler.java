package io.sluice.collector.reassembly;

import java.lang.foreign.MemorySegment;

/**
 * What a protocol sees of a flow: ordered bytes, and where bytes are missing. Side is the sender,
 * {@link io.sluice.collector.flow.Flow#FROM_LOW} or FROM_HIGH. Each byte of a side's stream is in
 * exactly one onData, onCut or onGap, in order; after onEnd a side is silent. Called on the
 * worker's thread.
 */
public interface StreamHandler {
  /** The bytes are borrowed: copy what must outlive the call. */
  void onData(int side, MemorySegment memory, long offset, int length);

  /**
   * Bytes of segments that were never seen.
   *
   * @param length 1..2^31
   */
  void onGap(int side, long length);

  /**
   * The end of a segment that was seen, but not captured whole: the filter or the capture's snap
   * length cut it off. Outside of a body that is a gap.
   *
   * @param length 1..2^31
   * @return how many of them were inside a body, where their number is all that is needed
   */
  long onCut(int side, long length);

  void onEnd(int side, EndReason reason);

  /** Packet time moved to or past {@link #deadlineNs}. */
  void onTime(long nowNs);

  /** When onTime wants to be called, packet time, or Long.MAX_VALUE. */
  long deadlineNs();

  /** The flow is over; both sides have ended. The handler is not used any more. */
  void onClose();

  /** Opens the handler of a flow when its first payload arrives. */
  @FunctionalInterface
  interface Factory {
    StreamHandler open(TcpFlow flow);
  }
}
