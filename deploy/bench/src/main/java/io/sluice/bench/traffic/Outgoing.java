package io.sluice.bench.traffic;

import java.util.Arrays;

/**
 * The bytes that one side still has to send: ranges in order, taken a segment at a time. Small
 * pieces are copied, long ones borrowed. Reused for every message. One thread.
 */
final class Outgoing {
  /** The array of a piece; null for one in the scratch array, which may move when it grows. */
  private byte[][] arrays = new byte[16][];

  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private boolean[] cutBefore = new boolean[16];
  private int head;
  private int tail;
  private byte[] scratch = new byte[4096];
  private int scratchUsed;
  private boolean cutNext;

  void copy(byte[] bytes, int offset, int length) {
    if (scratchUsed + length > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, scratchUsed + length));
    }
    System.arraycopy(bytes, offset, scratch, scratchUsed, length);
    add(null, scratchUsed, length);
    scratchUsed += length;
  }

  /** The bytes must stay as they are until they were taken. */
  void borrow(byte[] bytes, int offset, int length) {
    add(bytes, offset, length);
  }

  /** What is added next starts a segment of its own. */
  void cut() {
    cutNext = true;
  }

  boolean isEmpty() {
    return head == tail;
  }

  private void add(byte[] array, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (tail == arrays.length) {
      int larger = tail * 2;
      arrays = Arrays.copyOf(arrays, larger);
      offsets = Arrays.copyOf(offsets, larger);
      lengths = Arrays.copyOf(lengths, larger);
      cutBefore = Arrays.copyOf(cutBefore, larger);
    }
    arrays[tail] = array;
    offsets[tail] = offset;
    lengths[tail] = length;
    cutBefore[tail] = cutNext;
    cutNext = false;
    tail++;
  }

  /** Takes one segment's bytes; returns how many, 0 when nothing is left. */
  int take(byte[] target, int at, int most) {
    int taken = 0;
    while (head < tail && taken < most && (taken == 0 || !cutBefore[head])) {
      int part = Math.min(lengths[head], most - taken);
      byte[] source = arrays[head] == null ? scratch : arrays[head];
      System.arraycopy(source, offsets[head], target, at + taken, part);
      taken += part;
      offsets[head] += part;
      lengths[head] -= part;
      cutBefore[head] = false;
      if (lengths[head] == 0) {
        head++;
      }
    }
    if (head == tail) {
      head = 0;
      tail = 0;
      scratchUsed = 0;
    }
    return taken;
  }
}
