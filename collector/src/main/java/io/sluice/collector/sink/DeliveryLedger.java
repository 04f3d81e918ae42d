package io.sluice.collector.sink;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The sink's counters, which several threads write: workers emit, the publisher drops, the client's
 * own thread acknowledges. Identity: emitted = acknowledged + failed + in flight.
 */
public final class DeliveryLedger {
  private final AtomicLongArray counts = new AtomicLongArray(SinkCounter.values().length);

  public void increment(SinkCounter counter) {
    counts.getAndIncrement(counter.ordinal());
  }

  public void add(SinkCounter counter, long amount) {
    counts.getAndAdd(counter.ordinal(), amount);
  }

  public long get(SinkCounter counter) {
    return counts.get(counter.ordinal());
  }

  /** Events lost, for whatever reason. */
  public long failed() {
    long failed = 0;
    for (SinkCounter counter : SinkCounter.values()) {
      if (counter.isFailure()) {
        failed += get(counter);
      }
    }
    return failed;
  }

  /** Events emitted and neither acknowledged nor lost yet; never negative. */
  public long inFlight() {
    // Downstream first: what moves on in between is then counted as in flight, not as missing.
    long done = get(SinkCounter.EVENTS_ACKNOWLEDGED) + failed();
    return get(SinkCounter.EVENTS_EMITTED) - done;
  }
}
