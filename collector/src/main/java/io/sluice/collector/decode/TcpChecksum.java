package io.sluice.collector.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The checksum of RFC 9293, 3.1, over IPv4 or IPv6 (RFC 8200, 8.1). Any thread. */
final class TcpChecksum {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int TCP = 6;
  private static final long LOW = 0xffff_ffffL;

  private TcpChecksum() {}

  /**
   * Whether the checksum of a whole segment fits.
   *
   * @param c stands at the TCP header; the segment ends where the packet does
   * @param addresses the segment's, IPv4 mapped: the prefix adds 0xffff, which is nothing here
   */
  static boolean isRight(Cursor c, TcpSegment addresses) {
    long length = c.wireEnd - c.position;
    long pseudo =
        halves(addresses.sourceHigh)
            + halves(addresses.sourceLow)
            + halves(addresses.destinationHigh)
            + halves(addresses.destinationLow)
            + TCP
            + length;
    // The sum of swapped bytes is the swapped sum (RFC 1071), so that memory can be read as it is.
    int data = Short.reverseBytes((short) fold(sum(c.memory, c.position, length))) & 0xffff;
    return fold(pseudo + data) == 0xffff;
  }

  /** Of at most 2^31 bytes, so that it can't overflow; an odd last byte is followed by a zero. */
  private static long sum(MemorySegment memory, long position, long length) {
    long sum = 0;
    // Counted by an int: such loops are unrolled.
    int words = (int) (length / Long.BYTES);
    for (int word = 0; word < words; word++) {
      sum += halves(memory.get(LONG, position + (long) word * Long.BYTES));
    }
    long at = position + (long) words * Long.BYTES;
    long end = position + length;
    long rest = 0;
    for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
      rest |= (memory.get(ValueLayout.JAVA_BYTE, at) & 0xffL) << shift;
    }
    return sum + halves(rest);
  }

  private static long halves(long word) {
    return (word & LOW) + (word >>> 32);
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }
}
