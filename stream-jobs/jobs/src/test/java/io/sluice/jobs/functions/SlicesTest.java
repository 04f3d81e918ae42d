package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.support.Seed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlicesTest {

  @Test
  void givesEachItsNumber() {
    Random random = Seed.of("slices");
    Slices slices = new Slices();
    Map<String, Integer> numbers = new HashMap<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String text = "x".repeat(random.nextInt(40)) + random.nextInt(1000);
      byte[] within = ("<" + text + ">").getBytes(StandardCharsets.US_ASCII);
      int number = slices.number(within, 1, within.length - 1);
      assertThat(number).isEqualTo(numbers.computeIfAbsent(text, t -> texts.size()));
      if (number == texts.size()) {
        texts.add(text);
      }
    }
    assertThat(slices.size()).isEqualTo(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(slices.bytes(i)).asString(StandardCharsets.US_ASCII).isEqualTo(texts.get(i));
    }
  }

  @Test
  void talliesAsAMapDoes() {
    Random random = Seed.of("tallies");
    Tally tally = new Tally();
    Map<String, long[]> map = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      String text = "\u00e9" + (int) (1000 * random.nextDouble() * random.nextDouble());
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(tally.add(bytes, 0, bytes.length)).isEqualTo(!map.containsKey(text));
      map.computeIfAbsent(text, t -> new long[1])[0]++;
    }
    for (int capacity : new int[] {10, 5000}) {
      assertThat(tally.frequent(capacity))
          .usingRecursiveComparison()
          .isEqualTo(Frequent.of(map, capacity));
    }
  }
}
