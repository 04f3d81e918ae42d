package io.sluice.kernelfilter.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import me.bechberger.ebpf.bpf.raw.Lib;

/**
 * A walk over a hash map by BPF_MAP_LOOKUP_BATCH: each call holds the kernel for one bucket at a
 * time. One thread.
 */
public final class BpfMapWalk implements AutoCloseable {
  private static final int TOKEN_BYTES = 64;

  private final BpfMap map;
  private Arena arena;
  private int room;
  private MemorySegment keys;
  private MemorySegment values;
  private ByteBuffer keyBuffer;
  private ByteBuffer valueBuffer;
  private final Arena tokens = Arena.ofConfined();
  private MemorySegment next = tokens.allocate(TOKEN_BYTES);
  private MemorySegment current = tokens.allocate(TOKEN_BYTES);
  private final MemorySegment countCell = tokens.allocate(ValueLayout.JAVA_INT);
  private boolean started;
  private boolean ended;
  private int count;

  BpfMapWalk(BpfMap map, int batch) {
    this.map = map;
    allocate(batch);
  }

  private void allocate(int batch) {
    if (arena != null) {
      arena.close();
    }
    arena = Arena.ofConfined();
    room = batch;
    keys = arena.allocate((long) room * map.keyBytes(), Long.BYTES);
    values = arena.allocate((long) room * map.valueBytes(), Long.BYTES);
    keyBuffer = keys.asByteBuffer().order(ByteOrder.nativeOrder());
    valueBuffer = values.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** Goes on to the next entries; false at the end. */
  public boolean next() {
    while (!ended) {
      countCell.set(ValueLayout.JAVA_INT, 0, room);
      int error =
          -Lib.bpf_map_lookup_batch(
              map.fd(),
              started ? current : MemorySegment.NULL,
              next,
              keys,
              values,
              countCell,
              MemorySegment.NULL);
      count = countCell.get(ValueLayout.JAVA_INT, 0);
      if (error == Errno.ENOSPC) {
        // A bucket holds more than there is room for; nothing was given.
        allocate(room * 2);
        continue;
      }
      if (error == Errno.ENOENT) {
        ended = true;
      } else {
        map.check("walk", error);
        MemorySegment swap = current;
        current = next;
        next = swap;
        started = true;
      }
      if (count > 0) {
        return true;
      }
    }
    return false;
  }

  /** How many entries there are now. */
  public int count() {
    return count;
  }

  /** Valid until the next call of {@link #next}. */
  public ByteBuffer keys() {
    return keyBuffer;
  }

  /** Valid until the next call of {@link #next}. */
  public ByteBuffer values() {
    return valueBuffer;
  }

  @Override
  public void close() {
    arena.close();
    tokens.close();
  }
}
