package io.sluice.collector.audit;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Takes events from the worker without ever blocking it, and hands them to an audit sink on a
 * thread of its own. When the sink is slower than the events, the newest are dropped and counted.
 */
public final class AuditQueue implements EventHandler, AutoCloseable {
  private static final long TICK_MS = 100;

  private final ArrayBlockingQueue<RequestEvent> queue;
  private final AuditSink sink;
  private final LossReport losses;
  private final Clock clock;
  private final Counters<AuditCounter> intake = new Counters<>(AuditCounter.class);
  private final Thread writer;
  private volatile boolean closing;

  /**
   * @param capacity events held at most
   * @param losses tells of a full queue; used by the worker's thread only
   */
  public AuditQueue(
      final AuditSink sink, final int capacity, final LossReport losses, final Clock clock) {
    queue = new ArrayBlockingQueue<>(capacity);
    this.sink = sink;
    this.losses = losses;
    this.clock = clock;
    writer = Thread.ofPlatform().name("audit-writer").start(this::run);
  }

  @Override
  public void onEvent(final RequestEvent event) {
    intake.increment(AuditCounter.RECORDS_OFFERED);
    if (closing || !queue.offer(event)) {
      intake.increment(AuditCounter.QUEUE_FULL);
      losses.lost(1, "the audit queue is full; use a faster disk or a larger queue", nowNs());
    }
  }

  /** What was offered and what the queue had no place for; written by the worker's thread. */
  public Counters<AuditCounter> intake() {
    return intake;
  }

  /** Writes what is queued and closes the sink; waits for it at most the time given. */
  public boolean close(final Duration atMost) {
    closing = true;
    try {
      return writer.join(atMost);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }

  private void run() {
    try (sink) {
      long nextTickNs = nowNs();
      while (!closing || !queue.isEmpty()) {
        final RequestEvent event = queue.poll(TICK_MS, TimeUnit.MILLISECONDS);
        if (event != null) {
          sink.write(event);
        }
        final long nowNs = nowNs();
        if (event == null || nowNs - nextTickNs >= 0) {
          sink.onTime(nowNs);
          nextTickNs = nowNs + TimeUnit.MILLISECONDS.toNanos(TICK_MS);
        }
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long nowNs() {
    return nanos(clock.instant());
  }

  static long nanos(final Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }
}
