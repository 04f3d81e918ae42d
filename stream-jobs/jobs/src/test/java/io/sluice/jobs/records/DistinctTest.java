package io.sluice.jobs.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistinctTest {

  @Test
  void countsFewExactly() {
    Distinct distinct = new Distinct();
    for (int i = 0; i < 1000; i++) {
      add(Distinct.token("10.0.0." + i % Distinct.MAX_TOKENS), distinct);
    }
    byte[] sketch = distinct.toSketch();
    assertThat(sketch).hasSize(4 * Distinct.MAX_TOKENS);
    assertThat(ByteBuffer.wrap(sketch).getInt()).isEqualTo(distinct.tokens[0]);
  }

  @Test
  void countsManyWithinTheStatedError() {
    for (int n : new int[] {129, 1000, 10_000, 200_000}) {
      Distinct distinct = new Distinct();
      for (int i = 0; i < n; i++) {
        add(Distinct.token("client-" + i), distinct);
      }
      byte[] sketch = distinct.toSketch();
      assertThat(sketch).hasSize(1024);
      // Three standard errors.
      assertThat(UltraLogLog.wrap(sketch).getDistinctCountEstimate())
          .isCloseTo(n, within(n * 3 * 0.024));
    }
  }

  @Test
  void mergesInAnyOrderToTheSame() {
    Random random = new Random(23);
    for (int most : new int[] {10, 400}) {
      Distinct[] parts = new Distinct[20];
      Distinct whole = new Distinct();
      for (int i = 0; i < parts.length; i++) {
        parts[i] = new Distinct();
        for (int n = random.nextInt(most); n > 0; n--) {
          int token = Distinct.token("c" + random.nextInt(1000));
          add(token, parts[i]);
          add(token, whole);
        }
      }
      Distinct backwards = new Distinct();
      for (int i = parts.length - 1; i >= 0; i--) {
        backwards.merge(parts[i]);
      }
      assertThat(backwards.toSketch()).isEqualTo(whole.toSketch());
    }
  }

  @Test
  void isTheSameOfManyAtOnce() {
    Random random = new Random(29);
    for (int length : new int[] {0, 1, Distinct.MAX_TOKENS, 1000}) {
      Distinct oneByOne = new Distinct();
      int[] tokens = new int[length + 3];
      for (int i = 0; i < length; i++) {
        tokens[i] = Distinct.token("c" + random.nextInt(700));
        add(tokens[i], oneByOne);
      }
      assertThat(Distinct.of(tokens, length).toSketch()).isEqualTo(oneByOne.toSketch());
    }
  }

  private static void add(int token, Distinct to) {
    to.merge(Distinct.of(new int[] {token}, 1));
  }

  /** It is kept in the store: another hash would count everybody twice. */
  @Test
  void givesTheSameTokenForEver() {
    assertThat(Distinct.token("192.0.2.1")).isEqualTo(TOKEN_OF_192_0_2_1);
  }

  private static final int TOKEN_OF_192_0_2_1 = -1_794_241_728;
}
