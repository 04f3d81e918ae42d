package io.sluice.collector.encoding;

import java.time.LocalDate;

/**
 * Times as {@code 2026-11-21T01:02:03.123456Z}. The second's text is kept, since events of one
 * second follow each other. One thread.
 */
public final class IsoTime {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int FRACTION_OFFSET = 20;
  private static final int FRACTION_DIGITS = 6;

  private final byte[] text =
      "0000-00-00T00:00:00.000000Z".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private long second = Long.MIN_VALUE;

  /**
   * @param timeNs nanoseconds since 1970 UTC, any long: years 1677 to 2262
   */
  void append(final long timeNs, final RecordBuffer out) {
    update(timeNs);
    out.bytes(text);
  }

  /** The same as bytes of its own. */
  public byte[] toBytes(final long timeNs) {
    update(timeNs);
    return text.clone();
  }

  private void update(final long timeNs) {
    final long newSecond = Math.floorDiv(timeNs, NS_PER_SECOND);
    if (newSecond != second) {
      second = newSecond;
      writeSecond();
    }
    final int micros = (int) (timeNs - newSecond * NS_PER_SECOND) / 1000;
    digits(micros, FRACTION_OFFSET, FRACTION_DIGITS);
  }

  private void writeSecond() {
    final LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(second, SECONDS_PER_DAY));
    final int ofDay = (int) Math.floorMod(second, SECONDS_PER_DAY);
    digits(day.getYear(), 0, 4);
    digits(day.getMonthValue(), 5, 2);
    digits(day.getDayOfMonth(), 8, 2);
    digits(ofDay / 3600, 11, 2);
    digits(ofDay / 60 % 60, 14, 2);
    digits(ofDay % 60, 17, 2);
  }

  private void digits(final int value, final int offset, final int count) {
    int rest = value;
    for (int i = offset + count - 1; i >= offset; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
