package io.sluice.query.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import com.datadoghq.sketch.ddsketch.store.PaginatedStore;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import com.datadoghq.sketch.ddsketch.store.Store;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.sluice.query.TestStore;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LatencySketchTest {
  private static final double[] QUANTILES = {0, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1};

  /** Whatever store it was made with. */
  static Stream<Supplier<Store>> kinds() {
    return Stream.of(
        UnboundedSizeDenseStore::new,
        () -> new CollapsingLowestDenseStore(1_024),
        SparseStore::new,
        PaginatedStore::new);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldMergeWindowsWithinTheStatedError(Supplier<Store> kind) {
    Random random = new Random(23);
    long[] all = new long[23 * 1_000];
    LatencySketch merged = new LatencySketch();
    for (int window = 0; window < 23; window++) {
      DDSketch sketch = new DDSketch(new LogarithmicMapping(0.02), kind);
      for (int i = 0; i < 1_000; i++) {
        long us = (long) Math.exp(4 + 12 * random.nextDouble());
        all[window * 1_000 + i] = us;
        sketch.accept((double) us);
      }
      merged.add(TestStore.encode(sketch));
    }
    Arrays.sort(all);
    for (double quantile : QUANTILES) {
      double exact = all[(int) Math.max(0, Math.ceil(quantile * all.length) - 1)];
      assertThat((double) merged.quantile(quantile))
          .as("quantile %s", quantile)
          .isCloseTo(exact, within(exact * 0.0201 + 1));
    }
    assertThat(merged.unreadable()).isZero();
  }

  /** A sum of two accuracies would have neither. */
  @Test
  void shouldLeaveOutAnotherMapping() {
    LatencySketch merged = new LatencySketch();
    DDSketch other = new DDSketch(new LogarithmicMapping(0.01), UnboundedSizeDenseStore::new);
    other.accept(1);
    merged.add(TestStore.encode(other));
    assertThat(merged.unreadable()).isEqualTo(1);
    assertThat(merged.quantile(0.5)).isNull();
  }

  @Test
  void shouldCountZeros() {
    LatencySketch sketch = new LatencySketch();
    sketch.add(TestStore.sketch(LongStream.of(0, 0, 0, 100)));
    assertThat(sketch.quantile(0.5)).isZero();
    assertThat((double) sketch.quantile(1)).isCloseTo(100, within(2.01));
  }

  @Test
  void shouldHaveNoQuantilesOfNothing() {
    LatencySketch sketch = new LatencySketch();
    sketch.add(new byte[0]);
    sketch.add(null);
    assertThat(sketch.quantile(0.5)).isNull();
    assertThat(sketch.unreadable()).isZero();
  }

  /**
   * The store's bytes are the job's, but a damaged row must not take an answer down or the memory
   * with it.
   */
  @Test
  void shouldLeaveOutWhatCannotBeRead() {
    byte[] good = TestStore.sketch(LongStream.rangeClosed(1, 1_000));
    Random random = new Random(7);
    for (int length = 0; length < good.length; length++) {
      new LatencySketch().add(Arrays.copyOf(good, length));
    }
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int n = 0; n <= i % 4; n++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      LatencySketch sketch = new LatencySketch();
      sketch.add(bad);
      sketch.quantile(0.5);
    }
    LatencySketch sketch = new LatencySketch();
    sketch.add(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
    assertThat(sketch.unreadable()).isEqualTo(1);
  }
}
