package io.sluice.bench.traffic;

/**
 * Seeded chance: SplitMix64, written out so that a seed gives the same traffic on every JDK. One
 * thread.
 */
final class Dice {
  private long state;

  Dice(long seed) {
    state = seed;
  }

  long next() {
    state += 0x9e3779b97f4a7c15L;
    long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** 0..bound-1. */
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** Both ends included. */
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  /** 0.0..1.0, 1.0 excluded. */
  double fraction() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** True for that share of the calls; 0.0..1.0. */
  boolean chance(double share) {
    return share > 0 && fraction() < share;
  }

  /** As many small ones as large ones per doubling; both ends included. */
  int logUniform(int low, int high) {
    double logLow = StrictMath.log(low);
    double logHigh = StrictMath.log(high + 1.0);
    return Math.min(high, (int) StrictMath.exp(logLow + fraction() * (logHigh - logLow)));
  }

  <T> T pick(T[] choices) {
    return choices[below(choices.length)];
  }
}
