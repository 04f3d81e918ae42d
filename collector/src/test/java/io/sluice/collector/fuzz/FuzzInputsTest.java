package io.sluice.collector.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeds and findings of the fuzzer, whole, cut at every length, and with bytes changed. */
final class FuzzInputsTest {
  private static final int MUTATIONS = 2_000;

  @ParameterizedTest
  @EnumSource(FuzzTargets.class)
  void shouldTakeEveryInput(FuzzTargets target) {
    for (byte[] input : target.inputs()) {
      target.run(input);
      for (int length = 0; length < Math.min(input.length, 400); length++) {
        target.run(Arrays.copyOf(input, length));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FuzzTargets.class)
  void shouldTakeInputsWithBytesChanged(FuzzTargets target) {
    Random random = new Random(20261125);
    List<byte[]> inputs = target.inputs();
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] input = inputs.get(random.nextInt(inputs.size())).clone();
      for (int n = 1 + random.nextInt(6); n > 0 && input.length > 0; n--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt(256);
      }
      target.run(input);
    }
  }
}
