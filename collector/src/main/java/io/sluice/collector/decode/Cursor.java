package io.sluice.collector.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where decoding stands in a packet. Positions are absolute offsets in {@link #memory}. Callers ask
 * {@link #has} before they read. Owned by one worker thread, reused for every frame.
 */
final class Cursor {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  MemorySegment memory;

  /** The next byte to decode. */
  long position;

  /** The first byte that was not captured. */
  long capturedEnd;

  /** The first byte after the packet as it was on the wire; at least capturedEnd. */
  long wireEnd;

  /** What the next layer is, in the number space of the layer before: EtherType or IP protocol. */
  int type;

  /** Outermost VLAN id, or -1. */
  int vlan;

  /** Packet time, nanoseconds since 1970 UTC. */
  long timestampNs;

  boolean has(int bytes) {
    return capturedEnd - position >= bytes;
  }

  int u8(int at) {
    return memory.get(ValueLayout.JAVA_BYTE, position + at) & 0xff;
  }

  int u16(int at) {
    return memory.get(SHORT, position + at) & 0xffff;
  }

  int u16LittleEndian(int at) {
    return Short.reverseBytes(memory.get(SHORT, position + at)) & 0xffff;
  }

  int i32(int at) {
    return memory.get(INT, position + at);
  }

  long u32(int at) {
    return memory.get(INT, position + at) & 0xffffffffL;
  }

  long i64(int at) {
    return memory.get(LONG, position + at);
  }

  void skip(int bytes) {
    position += bytes;
  }

  /** The packet is so long from here, whatever follows it in the frame (padding, checksums). */
  void limit(long bytes) {
    wireEnd = position + bytes;
    capturedEnd = Math.min(capturedEnd, wireEnd);
  }
}
