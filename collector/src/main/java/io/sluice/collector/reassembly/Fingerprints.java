package io.sluice.collector.reassembly;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What the last bytes were that a protocol read of a stream, as hashes: so that a retransmission
 * with other bytes is told, though the first ones are gone. The hash has a key that is chosen anew
 * by each process, so that nobody can make two texts with the same. Owned by one worker thread.
 */
final class Fingerprints {
  /** A header section in as many segments as are usual. */
  static final int RANGES = 4;

  /** Of a longer range only so much is looked at. */
  static final int MAX_BYTES = 1500;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long KEY = ThreadLocalRandom.current().nextLong();
  private static final long ODD = 0x9e3779b97f4a7c15L;
  private static final long OTHER_ODD = 0xc4ceb9fe1a85ec53L;

  private final long[] positions = new long[RANGES];
  private final int[] lengths = new int[RANGES];
  private final long[] hashes = new long[RANGES];
  private int count;

  /** Forgets all. */
  void clear() {
    count = 0;
  }

  /**
   * Remembers [from, end).
   *
   * @param position of the first of them in the stream
   */
  void add(long position, byte[] m, int from, int end) {
    int length = Math.min(end - from, MAX_BYTES);
    int at = count++ & RANGES - 1;
    positions[at] = position;
    lengths[at] = length;
    hashes[at] = hash(m, from, length);
  }

  /** How many ranges are remembered. */
  int ranges() {
    return Math.min(count, RANGES);
  }

  /** Position of a range's first byte. */
  long position(int range) {
    return positions[range];
  }

  /** Bytes of a range, at most {@link #MAX_BYTES}. */
  int length(int range) {
    return lengths[range];
  }

  /** True where the range was something else than the first bytes there. */
  boolean differs(int range, byte[] m) {
    return hash(m, 0, lengths[range]) != hashes[range];
  }

  private static long hash(byte[] m, int from, int length) {
    long a = KEY ^ length;
    long b = KEY * OTHER_ODD;
    int at = from;
    int end = from + length;
    for (; at + 16 <= end; at += 16) {
      a = (a ^ (long) WORD.get(m, at)) * ODD;
      b = (b ^ (long) WORD.get(m, at + 8)) * OTHER_ODD;
      a ^= a >>> 29;
      b ^= b >>> 31;
    }
    for (; at < end; at++) {
      a = (a ^ m[at]) * ODD;
      a ^= a >>> 29;
    }
    return a * OTHER_ODD ^ Long.rotateLeft(b, 23);
  }
}
