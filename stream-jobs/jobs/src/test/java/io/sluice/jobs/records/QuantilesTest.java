package io.sluice.jobs.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantilesTest {

  @Test
  void holdsQuantilesWithinTwoPercent() throws Exception {
    Random random = new Random(23);
    long[] values = new long[10_000];
    Quantiles one = new Quantiles();
    Quantiles two = new Quantiles();
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) Math.exp(random.nextDouble() * 18);
      add(values[i], i % 2 == 0 ? one : two);
    }
    one.merge(two);
    Arrays.sort(values);

    DDSketch sketch = decode(one.toSketch());

    assertThat(sketch.getCount()).isEqualTo(values.length);
    for (double q : new double[] {0.01, 0.5, 0.95, 0.99}) {
      double exact = values[(int) (q * (values.length - 1))];
      assertThat(sketch.getValueAtQuantile(q)).isCloseTo(exact, within(exact * 0.0201));
    }
  }

  @Test
  void mergesInAnyOrderToTheSame() {
    Random random = new Random(5);
    Quantiles[] parts = new Quantiles[20];
    Quantiles whole = new Quantiles();
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Quantiles();
      for (int n = random.nextInt(30); n > 0; n--) {
        long value = random.nextInt(1_000_000);
        add(value, parts[i]);
        add(value, whole);
      }
    }
    Quantiles backwards = new Quantiles();
    for (int i = parts.length - 1; i >= 0; i--) {
      backwards.merge(parts[i]);
    }

    assertThat(backwards.bins).isEqualTo(whole.bins);
    assertThat(backwards.counts).isEqualTo(whole.counts);
  }

  @Test
  void boundsWhatTheWireMayClaim() throws Exception {
    Quantiles quantiles = new Quantiles();
    add(0, quantiles);
    add(Long.MAX_VALUE, quantiles);

    DDSketch sketch = decode(quantiles.toSketch());

    assertThat(sketch.getCount()).isEqualTo(2);
    assertThat(sketch.getMinValue()).isZero();
    assertThat(sketch.getMaxValue()).isCloseTo(Quantiles.MAX_US, within(Quantiles.MAX_US * 0.0201));
  }

  @Test
  void fitsAKilobyteWhateverItHolds() throws Exception {
    Random random = new Random(7);
    Quantiles quantiles = new Quantiles();
    for (int i = 0; i < 200_000; i++) {
      add((long) Math.exp(random.nextDouble() * 25), quantiles);
    }
    for (int i = 0; i < 30; i++) {
      Quantiles twice = new Quantiles();
      twice.merge(quantiles);
      quantiles.merge(twice);
    }
    assertThat(quantiles.bins.length).isBetween(400, 632);

    byte[] bytes = quantiles.toSketch();
    assertThat(bytes.length).isBetween(900, Quantiles.MAX_SKETCH_BYTES);
    DDSketch sketch = decode(bytes);
    assertThat(sketch.getCount()).isEqualTo(200_000.0 * (1 << 30));
    // The lowest bins are one; the upper half is as it was.
    for (double q : new double[] {0.9, 0.99}) {
      double exact = Math.exp(25 * q);
      assertThat(sketch.getValueAtQuantile(q)).isCloseTo(exact, within(exact * 0.05));
    }
  }

  @Test
  void isEmptyWithoutValues() {
    assertThat(new Quantiles().toSketch()).isEmpty();
  }

  @Test
  void isTheSameOfManyAtOnce() {
    Random random = new Random(11);
    for (int length : new int[] {0, 1, 500}) {
      Quantiles oneByOne = new Quantiles();
      int[] bins = new int[length + 3];
      for (int i = 0; i < length; i++) {
        long value = random.nextInt(1000);
        add(value, oneByOne);
        bins[i] = Quantiles.bin(value);
      }

      Quantiles atOnce = Quantiles.of(bins, length);

      assertThat(atOnce.bins).isEqualTo(oneByOne.bins);
      assertThat(atOnce.counts).isEqualTo(oneByOne.counts);
    }
  }

  private static void add(long valueUs, Quantiles to) {
    to.merge(Quantiles.of(new int[] {Quantiles.bin(valueUs)}, 1));
  }

  private static DDSketch decode(byte[] bytes) throws Exception {
    return DDSketch.decode(ByteArrayInput.wrap(bytes), UnboundedSizeDenseStore::new);
  }
}
