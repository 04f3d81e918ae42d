package io.sluice.jobs.functions;

import java.util.Arrays;

/**
 * Ids as 64-bit hashes, of which two that differ are taken for one in 2^64 times, and which of them
 * are new since the last checkpoint. Not for several threads.
 */
final class IdSet {
  private static final int FIRST_CAPACITY = 8;

  /** Stands for a free place. */
  private static final long FREE = 0;

  /** What a hash of that value is kept as: one of the same part. */
  private static final long INSTEAD_OF_FREE = 1L << 32;

  /** Open addressing, a power of two of places, at most three quarters taken. */
  private long[] places = new long[FIRST_CAPACITY];

  private int size;
  private long[] fresh = new long[FIRST_CAPACITY];
  private int freshSize;

  /** Whether it was not there. */
  boolean add(long hash) {
    long id = hash == FREE ? INSTEAD_OF_FREE : hash;
    if (!insert(id)) {
      return false;
    }
    if (freshSize == fresh.length) {
      fresh = Arrays.copyOf(fresh, 2 * freshSize);
    }
    fresh[freshSize++] = id;
    return true;
  }

  /** Adds what {@link #takeFresh} once gave. */
  void restore(long[] ids) {
    for (long id : ids) {
      insert(id);
    }
  }

  private boolean insert(long id) {
    int at = find(places, id);
    if (places[at] == id) {
      return false;
    }
    places[at] = id;
    size++;
    if (size * 4 > places.length * 3) {
      long[] more = new long[2 * places.length];
      for (long old : places) {
        if (old != FREE) {
          more[find(more, old)] = old;
        }
      }
      places = more;
    }
    return true;
  }

  /** Where it is, or where it may be put. */
  private static int find(long[] places, long id) {
    int mask = places.length - 1;
    // The lowest bits have chosen the subtask: here they differ less.
    int at = (int) (id >>> 32) & mask;
    while (places[at] != FREE && places[at] != id) {
      at = at + 1 & mask;
    }
    return at;
  }

  int size() {
    return size;
  }

  boolean hasFresh() {
    return freshSize > 0;
  }

  /** What was added since the last call. */
  long[] takeFresh() {
    long[] taken = Arrays.copyOf(fresh, freshSize);
    fresh = new long[FIRST_CAPACITY];
    freshSize = 0;
    return taken;
  }
}
