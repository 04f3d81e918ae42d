package io.sluice.jobs.functions;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.jobs.records.Distinct;
import io.sluice.jobs.records.Frequent;
import java.util.Arrays;

/** How often each text came, of texts as slices of UTF-8. Not for several threads. */
final class Tally {
  private final Slices values = new Slices();
  private long[] counts = new long[8];

  int size() {
    return values.size();
  }

  /** Whether it came for the first time. */
  boolean add(byte[] from, int start, int end) {
    int number = values.number(from, start, end);
    if (number == counts.length) {
      counts = Arrays.copyOf(counts, 2 * number);
    }
    return counts[number]++ == 0;
  }

  Frequent frequent(int capacity) {
    return Frequent.of(this::value, counts, values.size(), capacity);
  }

  Distinct distinct() {
    int[] tokens = new int[values.size()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Distinct.token(value(i));
    }
    return Distinct.of(tokens, tokens.length);
  }

  private String value(int number) {
    return new String(values.bytes(number), UTF_8);
  }
}
