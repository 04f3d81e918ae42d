package io.sluice.collector.capture;

/**
 * The unit of a pcapng interface's timestamps.
 *
 * @param binary units are 2^-exponent seconds, else 10^-exponent
 * @param exponent 0..127
 * @param offsetSeconds added to every timestamp
 */
record TimestampUnit(boolean binary, int exponent, long offsetSeconds) {
  /** What an interface has that says nothing. */
  static final TimestampUnit MICROSECONDS = new TimestampUnit(false, 6, 0);

  private static final long NS_PER_SECOND = 1_000_000_000L;

  /** A pcap file's timestamps end here too (2106); leaves room for sums of times. */
  private static final long MAX_SECONDS = (1L << 32) - 1;

  /** Nanoseconds since 1970, of an unsigned count of units; clamped to 1970..2106. */
  long toNanoseconds(long units) {
    long seconds;
    long nanoseconds;
    if (binary) {
      seconds = exponent > 63 ? 0 : units >>> exponent;
      // As a part of 2^64, so that the upper half of the product is whole nanoseconds.
      long fraction =
          exponent == 0 ? 0 : exponent > 64 ? units >>> (exponent - 64) : units << (64 - exponent);
      nanoseconds = Math.unsignedMultiplyHigh(fraction, NS_PER_SECOND);
    } else if (exponent <= 9) {
      long perSecond = powerOfTen(exponent);
      seconds = Long.divideUnsigned(units, perSecond);
      nanoseconds = Long.remainderUnsigned(units, perSecond) * powerOfTen(9 - exponent);
    } else if (exponent - 9 <= 18) {
      long inNanoseconds = Long.divideUnsigned(units, powerOfTen(exponent - 9));
      seconds = Long.divideUnsigned(inNanoseconds, NS_PER_SECOND);
      nanoseconds = Long.remainderUnsigned(inNanoseconds, NS_PER_SECOND);
    } else {
      seconds = 0;
      nanoseconds = 0;
    }
    if (seconds < 0 || seconds > MAX_SECONDS) {
      seconds = MAX_SECONDS;
    }
    long offset = Math.clamp(offsetSeconds, -MAX_SECONDS, MAX_SECONDS);
    return Math.clamp(seconds + offset, 0, MAX_SECONDS) * NS_PER_SECOND + nanoseconds;
  }

  private static long powerOfTen(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}
