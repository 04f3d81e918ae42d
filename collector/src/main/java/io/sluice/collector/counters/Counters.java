package io.sluice.collector.counters;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of one stage in one worker. One thread writes, any thread may read: writes are
 * opaque, so a reader sees each counter whole and growing, though not all of them at one instant.
 */
public final class Counters<C extends Enum<C> & Counter> {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final C[] constants;
  private final long[] cells;

  public Counters(Class<C> stage) {
    constants = stage.getEnumConstants();
    cells = new long[constants.length];
  }

  /** Owner thread only. */
  public void increment(C counter) {
    add(counter, 1);
  }

  /** Owner thread only. */
  public void add(C counter, long amount) {
    int cell = counter.ordinal();
    CELL.setOpaque(cells, cell, cells[cell] + amount);
  }

  public long get(C counter) {
    return (long) CELL.getOpaque(cells, counter.ordinal());
  }

  /** All counters of the stage, in their fixed order. */
  public C[] constants() {
    return constants.clone();
  }
}
