package io.sluice.collector.reassembly;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/**
 * Pages for bytes that must wait: one native segment, reserved at once and touched page by page, so
 * that memory which was never needed is never resident. Owned by one worker thread.
 */
final class PagePool {
  static final int PAGE_BYTES = 2048;

  private final MemorySegment memory;
  private final int pages;
  private final ArrayList<Chunk> spare = new ArrayList<>();
  private final int[] free;
  private int freeCount;
  private int fresh;

  PagePool(long bytes) {
    pages = (int) Math.max(1, bytes / PAGE_BYTES);
    memory = Arena.ofAuto().allocate((long) pages * PAGE_BYTES);
    free = new int[pages];
  }

  /** False where every page is taken. */
  boolean hasPage() {
    return freeCount > 0 || fresh < pages;
  }

  /** A chunk with a page; ask {@link #hasPage} first. */
  Chunk take() {
    Chunk chunk = takeEmpty();
    int page = freeCount > 0 ? free[--freeCount] : fresh++;
    chunk.offset = (long) page * PAGE_BYTES;
    return chunk;
  }

  /** A chunk without a page. */
  Chunk takeEmpty() {
    Chunk chunk = spare.isEmpty() ? new Chunk() : spare.removeLast();
    chunk.offset = -1;
    chunk.next = null;
    return chunk;
  }

  void give(Chunk chunk) {
    if (chunk.offset >= 0) {
      free[freeCount++] = (int) (chunk.offset / PAGE_BYTES);
    }
    spare.add(chunk);
  }

  MemorySegment memory() {
    return memory;
  }
}
