package io.sluice.jobs.support;

import java.util.Random;

/**
 * Where a test's chances come from: another number in each run, which is printed. {@code
 * -Dsluice.seed=NUMBER} gives it again.
 */
public final class Seed {
  private Seed() {}

  /**
   * @param test that is to be told apart in the output
   */
  public static Random of(String test) {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.printf("%s: repeat with -Dsluice.seed=%d%n", test, seed);
    return new Random(seed);
  }
}
