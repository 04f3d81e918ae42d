package io.sluice.bench.measure;

import java.util.List;
import java.util.function.ToLongFunction;

final class Median {
  private Median() {}

  /** Of at least one run; the lower of the middle two where their number is even. */
  static long of(List<Run> runs, ToLongFunction<Run> quantity) {
    long[] sorted = runs.stream().mapToLong(quantity).sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }
}
