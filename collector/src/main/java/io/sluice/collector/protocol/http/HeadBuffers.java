package io.sluice.collector.protocol.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Buffers for header sections that come in pieces, in powers of two from 2 KiB. What was allocated
 * once is kept for reuse; all together stay below a limit. Owned by one worker thread.
 */
final class HeadBuffers {
  private static final int SMALLEST_LOG2 = 11;

  private final List<ArrayList<byte[]>> free = new ArrayList<>();
  private long left;

  HeadBuffers(long maxBytes) {
    left = maxBytes;
    for (int log2 = 0; log2 < Integer.SIZE; log2++) {
      free.add(new ArrayList<>());
    }
  }

  /** A buffer of at least so many bytes, 1..2^30, or null where the limit is reached. */
  byte[] take(int bytes) {
    int log2 = Math.max(SMALLEST_LOG2, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1));
    ArrayList<byte[]> list = free.get(log2);
    if (!list.isEmpty()) {
      return list.removeLast();
    }
    long size = 1L << log2;
    if (left < size) {
      return null;
    }
    left -= size;
    return new byte[(int) size];
  }

  void give(byte[] buffer) {
    free.get(Integer.numberOfTrailingZeros(buffer.length)).add(buffer);
  }
}
