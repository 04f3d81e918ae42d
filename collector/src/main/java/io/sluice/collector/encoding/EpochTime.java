package io.sluice.collector.encoding;

import java.time.Instant;

/** Nanoseconds since 1970 UTC in the ways that formats write them. Times before 1970 are valid. */
final class EpochTime {
  private static final long NANOS = 1_000_000_000L;

  private EpochTime() {}

  static Instant instant(final long timeNs) {
    return Instant.ofEpochSecond(Math.floorDiv(timeNs, NANOS), Math.floorMod(timeNs, NANOS));
  }

  static long millis(final long timeNs) {
    return Math.floorDiv(timeNs, 1_000_000L);
  }

  /** As in {@code 2026-11-21T01:02:03.123456Z}. */
  static String isoMicros(final long timeNs) {
    final String whole = instant(Math.floorDiv(timeNs, NANOS) * NANOS).toString();
    final long micros = Math.floorMod(timeNs, NANOS) / 1_000;
    final String digits = Long.toString(1_000_000 + micros).substring(1);
    return whole.substring(0, whole.length() - 1) + '.' + digits + 'Z';
  }

  /** Appends as in {@code 1795222923.123456}. */
  static void secondsMicros(final long timeNs, final RecordBuffer out) {
    long micros = Math.floorDiv(timeNs, 1_000L);
    if (micros < 0) {
      out.put('-');
      micros = -micros;
    }
    out.decimal(micros / 1_000_000);
    out.put('.');
    out.padded(micros % 1_000_000, 6);
  }
}
