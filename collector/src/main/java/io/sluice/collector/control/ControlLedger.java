package io.sluice.collector.control;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of the control socket, which each of its threads writes. Any thread. */
public final class ControlLedger {
  private final AtomicLongArray counts = new AtomicLongArray(ControlCounter.values().length);

  public void increment(ControlCounter counter) {
    add(counter, 1);
  }

  public void add(ControlCounter counter, long amount) {
    counts.getAndAdd(counter.ordinal(), amount);
  }

  public long get(ControlCounter counter) {
    return counts.get(counter.ordinal());
  }
}
