package io.sluice.kernelfilter;

import io.sluice.kernelfilter.FilterCounter.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The filter's counters at one moment, summed over the CPUs. Immutable. The CPUs go on counting
 * while they are read, so the identity may be off by the packets in flight; it is exact once
 * traffic has stopped.
 */
public final class FilterCounts {
  private final long[] counts;

  FilterCounts(long[] counts) {
    this.counts = counts.clone();
  }

  public long get(FilterCounter counter) {
    return counts[counter.ordinal()];
  }

  /** Σ of all counters of one kind. */
  public long total(Kind kind) {
    long total = 0;
    for (FilterCounter counter : FilterCounter.values()) {
      if (counter.kind() == kind) {
        total += get(counter);
      }
    }
    return total;
  }

  /** Packets that the filter let through to the socket. */
  public long kept() {
    return total(Kind.KEPT);
  }

  /** Packets that the filter turned away, each for one reason. */
  public long filtered() {
    return total(Kind.FILTERED);
  }

  /** What was counted since an earlier snapshot of the same filter. */
  public FilterCounts since(FilterCounts earlier) {
    long[] difference = new long[counts.length];
    Arrays.setAll(difference, i -> counts[i] - earlier.counts[i]);
    return new FilterCounts(difference);
  }

  /** The counters that are not zero, by name. */
  public Map<String, Long> nonZero() {
    Map<String, Long> map = new TreeMap<>();
    for (FilterCounter counter : FilterCounter.values()) {
      if (get(counter) != 0) {
        map.put(counter.name(), get(counter));
      }
    }
    return map;
  }

  @Override
  public String toString() {
    return nonZero().toString();
  }
}
