package io.sluice.bench.traffic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The ones' complement sum of RFC 1071, 8 bytes at a time. The sum is taken in little-endian words
 * and swapped at the end: byte order does not matter to it (RFC 1071, 2B).
 */
final class InternetChecksum {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private InternetChecksum() {}

  /** Adds the bytes to an unfolded sum; an odd last byte is padded with zero. */
  static long add(long sum, byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    long total = sum;
    for (; end - at >= 8; at += 8) {
      long word = (long) LONG.get(bytes, at);
      total += (word & 0xffffffffL) + (word >>> 32);
    }
    for (int shift = 0; at < end; at++, shift += 8) {
      total += (bytes[at] & 0xffL) << (shift & 31);
    }
    return total;
  }

  /** Adds a value that stands in the packet in network order, 0..65535. */
  static long addShort(long sum, int value) {
    return sum + (((value & 0xff) << 8) | ((value >>> 8) & 0xff));
  }

  /** The checksum as it is written into the packet in network order. */
  static int finish(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    int inverted = (int) ~folded & 0xffff;
    return ((inverted & 0xff) << 8) | (inverted >>> 8);
  }
}
