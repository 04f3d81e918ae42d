package io.sluice.collector.sink;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes times as {@code 2026-11-21T01:02:03.123456Z}. Owned by one thread. */
final class Timestamps {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.");
  private static final int LENGTH = 27;
  private static final int FRACTION_OFFSET = 20;
  private static final int FRACTION_DIGITS = 6;

  private final char[] text = new char[LENGTH];
  private long second = Long.MIN_VALUE;

  /** The buffer holds the text until the next call. */
  char[] format(long nanoseconds) {
    long newSecond = Math.floorDiv(nanoseconds, 1_000_000_000L);
    if (newSecond != second) {
      second = newSecond;
      SECOND
          .format(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC))
          .getChars(0, FRACTION_OFFSET, text, 0);
      text[LENGTH - 1] = 'Z';
    }
    int micros = (int) (Math.floorMod(nanoseconds, 1_000_000_000L) / 1000);
    for (int i = FRACTION_OFFSET + FRACTION_DIGITS - 1; i >= FRACTION_OFFSET; i--) {
      text[i] = (char) ('0' + micros % 10);
      micros /= 10;
    }
    return text;
  }
}
