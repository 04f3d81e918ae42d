package io.sluice.collector.decode;

import io.sluice.collector.counters.Counters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Puts fragmented IP packets together. Bounded: {@value #SETS} packets at a time, each of at most
 * 65,535 bytes, for at most 30 seconds of packet time; at the bound the oldest goes. Where
 * fragments overlap the byte that came first stays. Owned by one worker thread.
 */
final class FragmentTable {
  static final int SETS = 64;
  static final long TIMEOUT_NS = 30_000_000_000L;

  private static final int MAX_BYTES = 65_536;
  private static final int UNIT = 8;

  private final Counters<DecodeCounter> counters;
  private final Set[] sets = new Set[SETS];
  private int allocated;

  FragmentTable(Counters<DecodeCounter> counters) {
    this.counters = counters;
  }

  /** The fragments of one packet so far; a bit a unit of eight bytes. */
  private static final class Set {
    final MemorySegment memory = Arena.ofAuto().allocate(MAX_BYTES);
    final long[] have = new long[MAX_BYTES / UNIT / Long.SIZE];
    boolean inUse;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int protocol;
    int identification;
    int units;
    int length;
    long firstSeenNs;

    boolean is(Cursor c, TcpSegment addresses, int identification) {
      return inUse
          && this.identification == identification
          && protocol == c.type
          && sourceLow == addresses.sourceLow
          && destinationLow == addresses.destinationLow
          && sourceHigh == addresses.sourceHigh
          && destinationHigh == addresses.destinationHigh;
    }

    void begin(Cursor c, TcpSegment addresses, int identification) {
      Arrays.fill(have, 0);
      inUse = true;
      sourceHigh = addresses.sourceHigh;
      sourceLow = addresses.sourceLow;
      destinationHigh = addresses.destinationHigh;
      destinationLow = addresses.destinationLow;
      protocol = c.type;
      this.identification = identification;
      units = 0;
      length = -1;
      firstSeenNs = c.timestampNs;
    }

    void copy(Cursor c, int at, int bytes) {
      for (int done = 0; done < bytes; done += UNIT) {
        int unit = (at + done) / UNIT;
        long bit = 1L << unit;
        if ((have[unit / Long.SIZE] & bit) == 0) {
          have[unit / Long.SIZE] |= bit;
          units++;
          int size = Math.min(UNIT, bytes - done);
          MemorySegment.copy(c.memory, c.position + done, memory, at + done, size);
        }
      }
    }

    boolean complete() {
      return length >= 0 && units == (length + UNIT - 1) / UNIT;
    }
  }

  /**
   * Adds the fragment under the cursor.
   *
   * @param at where in the packet the fragment starts, bytes, a multiple of 8
   * @param more whether other fragments follow
   * @return true where the packet is complete: the cursor then stands at its start
   */
  boolean add(Cursor c, TcpSegment addresses, int identification, int at, boolean more) {
    long bytes = c.wireEnd - c.position;
    boolean cut = c.capturedEnd < c.wireEnd;
    boolean odd = more && bytes % UNIT != 0;
    if (cut || odd || bytes <= 0 || at + bytes > MAX_BYTES - 1) {
      counters.increment(DecodeCounter.FRAGMENT_SETS_DISCARDED);
      return false;
    }
    Set set = find(c, addresses, identification);
    set.copy(c, at, (int) bytes);
    if (!more) {
      set.length = at + (int) bytes;
    }
    if (!set.complete()) {
      return false;
    }
    set.inUse = false;
    counters.increment(DecodeCounter.REASSEMBLED);
    c.memory = set.memory;
    c.position = 0;
    c.capturedEnd = set.length;
    c.wireEnd = set.length;
    return true;
  }

  private Set find(Cursor c, TcpSegment addresses, int identification) {
    Set free = null;
    Set oldest = null;
    for (int i = 0; i < allocated; i++) {
      Set set = sets[i];
      if (set.is(c, addresses, identification)) {
        if (c.timestampNs - set.firstSeenNs > TIMEOUT_NS) {
          counters.increment(DecodeCounter.FRAGMENT_SETS_DISCARDED);
          set.begin(c, addresses, identification);
        }
        return set;
      }
      if (!set.inUse) {
        free = set;
      } else if (oldest == null || set.firstSeenNs - oldest.firstSeenNs < 0) {
        oldest = set;
      }
    }
    if (free == null && allocated < SETS) {
      free = new Set();
      sets[allocated++] = free;
    }
    if (free == null) {
      counters.increment(DecodeCounter.FRAGMENT_SETS_DISCARDED);
      free = oldest;
    }
    free.begin(c, addresses, identification);
    return free;
  }
}
