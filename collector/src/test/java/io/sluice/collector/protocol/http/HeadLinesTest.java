package io.sluice.collector.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Eight bytes at a time must find what one at a time finds. */
final class HeadLinesTest {
  private static final byte[] ODD = {0, 1, 8, '\t', '\n', 11, 12, '\r', 14, 31, 32, 'a', -1, -128};

  private final HeadLines lines = new HeadLines();

  @Test
  void shouldFindTheLinesTheEndAndTheControlCharactersThatAreThere() {
    Random random = new Random(1);
    for (int round = 0; round < 300_000; round++) {
      byte[] bytes = randomBytes(random);
      int from = random.nextInt(bytes.length);
      int end = from + 1 + random.nextInt(bytes.length - from);
      String what = Arrays.toString(bytes) + " from " + from + " to " + end;

      int found = lines.scan(bytes, from, end);

      int expected = endOfHead(bytes, from, end);
      int last = expected < 0 ? end : expected;
      assertThat(found).as(what).isEqualTo(expected);
      assertThat(lines.controls()).as(what).isEqualTo(controls(bytes, from, last));
      List<Integer> ends = new ArrayList<>();
      for (int i = from; i < last; i++) {
        if (bytes[i] == '\n') {
          ends.add(i);
        }
      }
      ends.add(end);
      for (int line = 0; line < ends.size(); line++) {
        assertThat(lines.lineEnd(line, end))
            .as("line %d of %s", line, what)
            .isEqualTo(ends.get(line));
      }
    }
  }

  @Test
  void shouldFindMoreLinesThanAreUsual() {
    byte[] bytes =
        "a\n".repeat(5000).concat("\nb\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    assertThat(lines.scan(bytes, 0, bytes.length)).isEqualTo(10_001);
    assertThat(lines.lineEnd(4999, -1)).isEqualTo(9999);
    assertThat(lines.lineEnd(5000, -1)).isEqualTo(10_000);
    assertThat(lines.lineEnd(5001, -1)).isEqualTo(-1);
  }

  /** Mostly text and line ends, so that single odd bytes count. */
  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(60)];
    Arrays.fill(bytes, (byte) 'x');
    for (int i = random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = ODD[random.nextInt(ODD.length)];
    }
    for (int i = random.nextInt(5); i > 0 && bytes.length > 4; i--) {
      int at = random.nextInt(bytes.length - 4);
      String text = random.nextInt(3) == 0 ? "\r\n\r\n" : random.nextBoolean() ? "\r\n" : "\n\n";
      for (int k = 0; k < text.length(); k++) {
        bytes[at + k] = (byte) text.charAt(k);
      }
    }
    return bytes;
  }

  /** Behind the first empty line that is not the first line, or -1. */
  private static int endOfHead(byte[] bytes, int from, int end) {
    int start = from;
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        boolean empty = i == start || i == start + 1 && bytes[start] == '\r';
        if (empty && start > from) {
          return i + 1;
        }
        start = i + 1;
      }
    }
    return -1;
  }

  private static int controls(byte[] bytes, int from, int end) {
    int found = 0;
    for (int i = from; i < end; i++) {
      switch (bytes[i]) {
        case 0 -> found |= HeadLines.NUL;
        case '\t', '\n' -> {}
        case '\r' -> found |= i + 1 < end && bytes[i + 1] != '\n' ? HeadLines.BARE_CR : 0;
        default -> found |= bytes[i] > 0 && bytes[i] < 32 ? HeadLines.CONTROL : 0;
      }
    }
    return found;
  }
}
