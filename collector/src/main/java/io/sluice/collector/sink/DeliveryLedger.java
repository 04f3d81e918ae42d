package io.sluice.collector.sink;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The sink's counters, which several threads write: workers emit, the publisher drops, the client's
 * own thread acknowledges. Identity: emitted + carried over = acknowledged + failed + spooled + in
 * flight.
 */
public final class DeliveryLedger {
  /** Each on a cache line of its own: two threads count at every event. */
  private static final int LINE_LONGS = 16;

  private final AtomicLongArray counts =
      new AtomicLongArray(SinkCounter.values().length * LINE_LONGS);

  public void increment(SinkCounter counter) {
    counts.getAndIncrement(cell(counter));
  }

  public void add(SinkCounter counter, long amount) {
    counts.getAndAdd(cell(counter), amount);
  }

  void set(SinkCounter counter, long value) {
    counts.set(cell(counter), value);
  }

  public long get(SinkCounter counter) {
    return counts.get(cell(counter));
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

  /**
   * Events of which the end is known behind the queue: acknowledged, or lost and counted. Those
   * that the queue had no room for are the workers' to count.
   */
  long settledBehindQueue() {
    long settled = get(SinkCounter.EVENTS_ACKNOWLEDGED);
    for (SinkCounter counter : SinkCounter.values()) {
      if (counter.isFailure() && counter != SinkCounter.EVENTS_FAILED_QUEUE_FULL) {
        settled += get(counter);
      }
    }
    return settled;
  }

  /** Events in memory, neither acknowledged, lost nor spooled; never negative. */
  public long inFlight() {
    // Downstream first: what moves on in between is then counted as in flight, not as missing.
    long done = get(SinkCounter.EVENTS_ACKNOWLEDGED) + failed() + get(SinkCounter.EVENTS_SPOOLED);
    return get(SinkCounter.EVENTS_EMITTED) + get(SinkCounter.EVENTS_CARRIED_OVER) - done;
  }

  private static int cell(SinkCounter counter) {
    return counter.ordinal() * LINE_LONGS;
  }
}
