package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/** Bytes of ASCII as a text, without a copy; of other bytes after others. */
final class AsciiText implements CharSequence {
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int from;
  private int length;

  /** Whether they are ASCII without NUL, so that as a text they are one char each, and clean. */
  static boolean isPlain(byte[] bytes, int from, int length) {
    int at = from;
    for (int end = from + length; at <= end - Long.BYTES; at += Long.BYTES) {
      long eight = (long) LONG.get(bytes, at);
      // A zero byte borrows from the bit that no byte of ASCII has.
      if (((eight | eight - LOW_BITS) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < from + length; at++) {
      if (bytes[at] <= 0) {
        return false;
      }
    }
    return true;
  }

  AsciiText of(byte[] newBytes, int newFrom, int newLength) {
    bytes = newBytes;
    from = newFrom;
    length = newLength;
    return this;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return (char) bytes[from + index];
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    Objects.checkFromToIndex(start, end, length);
    return new AsciiText().of(bytes, from + start, end - start);
  }

  @Override
  public String toString() {
    return new String(bytes, from, length, US_ASCII);
  }
}
