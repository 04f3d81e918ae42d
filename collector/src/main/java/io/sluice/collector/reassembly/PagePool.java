package io.sluice.collector.reassembly;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/**
 * Pages for bytes that must wait, from slabs of 1 MiB that are allocated when the first page of one
 * is needed and kept for reuse. Owned by one worker thread.
 */
final class PagePool {
  static final int PAGE_BYTES = 2048;

  private static final int SLAB_BYTES = 1 << 20;

  private final long maxPages;
  private final ArrayList<Chunk> spareWithPage = new ArrayList<>();
  private final ArrayList<Chunk> spareWithout = new ArrayList<>();
  private MemorySegment slab;
  private int slabUsed = SLAB_BYTES;
  private long pages;

  PagePool(long maxBytes) {
    maxPages = Math.max(1, maxBytes / PAGE_BYTES);
  }

  /** False where every page is taken. */
  boolean hasPage() {
    return !spareWithPage.isEmpty() || pages < maxPages;
  }

  /** A chunk with a page; ask {@link #hasPage} first. */
  Chunk take() {
    if (!spareWithPage.isEmpty()) {
      return spareWithPage.removeLast();
    }
    if (slabUsed == SLAB_BYTES) {
      slab = Arena.ofAuto().allocate(SLAB_BYTES);
      slabUsed = 0;
    }
    Chunk chunk = new Chunk();
    chunk.memory = slab;
    chunk.offset = slabUsed;
    slabUsed += PAGE_BYTES;
    pages++;
    return chunk;
  }

  /** A chunk without a page. */
  Chunk takeEmpty() {
    return spareWithout.isEmpty() ? new Chunk() : spareWithout.removeLast();
  }

  void give(Chunk chunk) {
    chunk.next = null;
    if (chunk.memory == null) {
      spareWithout.add(chunk);
    } else {
      spareWithPage.add(chunk);
    }
  }
}
