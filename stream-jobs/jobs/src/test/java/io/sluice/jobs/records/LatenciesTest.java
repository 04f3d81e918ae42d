package io.sluice.jobs.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketchProtoBinding;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void holdsQuantilesWithinOnePercent() throws Exception {
    Random random = new Random(23);
    long[] values = new long[10_000];
    Latencies one = new Latencies();
    Latencies two = new Latencies();
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) Math.exp(random.nextDouble() * 18);
      (i % 2 == 0 ? one : two).add(values[i]);
    }
    one.merge(two);
    Arrays.sort(values);

    DDSketch sketch = decode(one.toSketch());

    assertThat(sketch.getCount()).isEqualTo(values.length);
    for (double q : new double[] {0.01, 0.5, 0.95, 0.99}) {
      double exact = values[(int) (q * (values.length - 1))];
      assertThat(sketch.getValueAtQuantile(q)).isCloseTo(exact, within(exact * 0.0101));
    }
  }

  @Test
  void mergesInAnyOrderToTheSame() {
    Random random = new Random(5);
    Latencies[] parts = new Latencies[20];
    Latencies whole = new Latencies();
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Latencies();
      for (int n = random.nextInt(30); n > 0; n--) {
        long value = random.nextInt(1_000_000);
        parts[i].add(value);
        whole.add(value);
      }
    }
    Latencies backwards = new Latencies();
    for (int i = parts.length - 1; i >= 0; i--) {
      backwards.merge(parts[i]);
    }

    assertThat(backwards.bins).isEqualTo(whole.bins);
    assertThat(backwards.counts).isEqualTo(whole.counts);
  }

  @Test
  void boundsWhatTheWireMayClaim() throws Exception {
    Latencies latencies = new Latencies();
    latencies.add(0);
    latencies.add(Long.MAX_VALUE);

    DDSketch sketch = decode(latencies.toSketch());

    assertThat(sketch.getCount()).isEqualTo(2);
    assertThat(sketch.getMinValue()).isZero();
    assertThat(sketch.getMaxValue()).isCloseTo(Latencies.MAX_US, within(Latencies.MAX_US * 0.0101));
  }

  @Test
  void isEmptyWithoutValues() {
    assertThat(new Latencies().toSketch()).isEmpty();
  }

  private static DDSketch decode(byte[] bytes) throws Exception {
    return DDSketchProtoBinding.fromProto(
        UnboundedSizeDenseStore::new,
        com.datadoghq.sketch.ddsketch.proto.DDSketch.parseFrom(bytes));
  }
}
