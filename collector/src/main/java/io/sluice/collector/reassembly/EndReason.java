package io.sluice.collector.reassembly;

/** Why a stream or a flow ended. */
public enum EndReason {
  /** The sender said that there is no more. */
  FIN,
  /** The connection was reset. */
  RESET,
  /** Nothing was seen for the idle timeout. */
  IDLE,
  /** A new connection has the same four-tuple. */
  REUSED,
  /** The flow table was full. */
  EVICTED,
  /** The input ended. */
  FINISH
}
