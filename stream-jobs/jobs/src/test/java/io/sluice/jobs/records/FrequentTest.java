package io.sluice.jobs.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrequentTest {

  @Test
  void isExactUpToTheCapacity() {
    Map<String, Long> truth = new HashMap<>();
    Frequent frequent = random(new Random(5), 50, 10_000, 100, 50, truth);

    assertThat(frequent.error).isZero();
    assertThat(frequent.values).hasSize(50).isSorted();
    for (int i = 0; i < 50; i++) {
      assertThat(frequent.counts[i]).isEqualTo(truth.get(frequent.values[i]));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1_000, 10_000})
  void keepsTheFrequentWithinItsErrorOfAnyNumberOfValues(int bundle) {
    Map<String, Long> truth = new HashMap<>();
    Frequent frequent = random(new Random(7), 100_000, 300_000, bundle, 100, truth);

    assertThat(frequent.values.length).isLessThanOrEqualTo(100);
    assertThat(frequent.error).isPositive().isLessThanOrEqualTo(300_000 / 101);
    for (int i = 0; i < frequent.values.length; i++) {
      long exact = truth.get(frequent.values[i]);
      assertThat(frequent.counts[i]).isBetween(exact - frequent.error, exact);
    }
    truth.forEach((value, exact) -> {
      if (Arrays.binarySearch(frequent.values, value) < 0) {
        assertThat(exact).isLessThanOrEqualTo(frequent.error);
      }
    });
  }

  /** Merged from bundles; few values often, many seldom. */
  private static Frequent random(
      Random random, int values, int requests, int bundle, int capacity, Map<String, Long> truth) {
    Frequent whole = new Frequent();
    Map<String, long[]> tally = new HashMap<>();
    for (int i = 1; i <= requests; i++) {
      double skewed = Math.pow(random.nextDouble(), 4);
      String value = "/" + (int) (skewed * values);
      truth.merge(value, 1L, Long::sum);
      tally.computeIfAbsent(value, v -> new long[1])[0]++;
      if (i % bundle == 0) {
        whole.merge(Frequent.of(tally, capacity), capacity);
        tally.clear();
      }
    }
    return whole;
  }
}
