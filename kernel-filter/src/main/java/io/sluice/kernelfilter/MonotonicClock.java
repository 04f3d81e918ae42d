package io.sluice.kernelfilter;

import io.sluice.kernelfilter.ffi.Libc;

/** The clock that the kernel program stamps sessions with, read from user space. */
public final class MonotonicClock {
  private MonotonicClock() {}

  /** CLOCK_MONOTONIC; the program's coarse reading is up to a timer tick behind. */
  public static long nowNs() {
    return Libc.monotonicNs();
  }
}
