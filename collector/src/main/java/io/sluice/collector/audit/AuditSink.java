package io.sluice.collector.audit;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.event.RequestEvent;

/**
 * Where audit records end. One thread calls all methods but {@link #counters}. None of them throws
 * for a loss: it is counted, and told once an interval.
 */
public interface AuditSink extends AutoCloseable {
  /** Takes one event. May block for as long as the operating system does. */
  void write(RequestEvent event);

  /**
   * Called about ten times a second, with or without events: flushes, rotates and tries again.
   *
   * @param nowNs nanoseconds since 1970 UTC
   */
  void onTime(long nowNs);

  /** Any thread may read. */
  Counters<AuditCounter> counters();

  @Override
  void close();
}
