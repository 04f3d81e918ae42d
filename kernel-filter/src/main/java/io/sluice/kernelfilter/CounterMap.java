package io.sluice.kernelfilter;

import io.sluice.kernelfilter.ffi.BpfMap;
import java.nio.ByteBuffer;

/** Reads the per-CPU counters. Any thread. */
final class CounterMap {
  private static final int COUNTERS = FilterCounter.values().length;

  private final BpfMap map;

  CounterMap(BpfMap map) {
    this.map = map;
    if (map.valueBytes() != COUNTERS * Long.BYTES) {
      throw new FilterException(
          "cannot read the filter's counters: it has "
              + map.valueBytes() / Long.BYTES
              + " instead of "
              + COUNTERS
              + "; build the project again");
    }
  }

  FilterCounts read() {
    ByteBuffer perCpu = map.lookup(new byte[4]);
    long[] sums = new long[COUNTERS];
    for (int at = 0; at < perCpu.capacity(); at += Long.BYTES) {
      sums[at / Long.BYTES % COUNTERS] += perCpu.getLong(at);
    }
    return new FilterCounts(sums);
  }
}
