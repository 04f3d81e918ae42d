package io.sluice.collector.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Eight bytes at a time must find what one at a time finds. */
final class BytesTest {
  private static final byte[] ODD = {0, 1, 8, '\t', '\n', 11, 12, '\r', 14, 31, 32, 'a', -1, -128};

  @Test
  void shouldFindTheControlCharactersThatAreThere() {
    Random random = new Random(1);
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = randomBytes(random);
      int from = random.nextInt(bytes.length);
      assertThat(Bytes.controls(bytes, from, bytes.length))
          .as("%s from %d", Arrays.toString(bytes), from)
          .isEqualTo(controls(bytes, from));
    }
  }

  /** Mostly text and line ends, so that single odd bytes count. */
  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    Arrays.fill(bytes, (byte) 'x');
    for (int i = random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = ODD[random.nextInt(ODD.length)];
    }
    for (int i = random.nextInt(3); i > 0 && bytes.length > 1; i--) {
      int at = random.nextInt(bytes.length - 1);
      bytes[at] = '\r';
      bytes[at + 1] = '\n';
    }
    return bytes;
  }

  private static int controls(byte[] bytes, int from) {
    int found = 0;
    for (int i = from; i < bytes.length; i++) {
      switch (bytes[i]) {
        case 0 -> found |= Bytes.NUL;
        case '\t', '\n' -> {}
        case '\r' -> found |= i + 1 < bytes.length && bytes[i + 1] != '\n' ? Bytes.BARE_CR : 0;
        default -> found |= bytes[i] > 0 && bytes[i] < 32 ? Bytes.CONTROL : 0;
      }
    }
    return found;
  }
}
