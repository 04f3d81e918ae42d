package io.sluice.collector.audit;

import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes events from the workers without ever waiting for the sink, and hands them to it on a thread
 * of its own. When the sink is slower than the events, the newest are dropped and counted.
 */
public final class AuditQueue implements EventHandler, AutoCloseable {
  private static final long TICK_MS = 100;

  private final ArrayBlockingQueue<RequestEvent> queue;
  private final AuditSink sink;
  private final LossReport losses;
  private final Clock clock;
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong shutDown = new AtomicLong();
  private final Thread writer;
  private volatile boolean closing;
  private long refusedTold;

  /**
   * @param sink the queue's from now on: closed by its thread
   * @param capacity events held at most
   * @param losses tells of a full queue; used by the queue's thread only
   */
  public AuditQueue(
      final AuditSink sink, final int capacity, final LossReport losses, final Clock clock) {
    queue = new ArrayBlockingQueue<>(capacity);
    this.sink = sink;
    this.losses = losses;
    this.clock = clock;
    // A disk that never answers must not keep the process from ending.
    writer = Thread.ofPlatform().name("audit-writer").daemon().unstarted(this::run);
  }

  /**
   * Begins to write, with the rights that the process has now: files belong to its user. What was
   * handed over before waits.
   */
  public AuditQueue start() {
    writer.start();
    return this;
  }

  /** Any worker. */
  @Override
  public void onEvent(final RequestEvent event) {
    offered.getAndIncrement();
    if (closing || !queue.offer(event)) {
      refused.getAndIncrement();
    }
  }

  /** A counter of the queue and its sink. Any thread. */
  public long get(final AuditCounter counter) {
    return switch (counter) {
      case RECORDS_OFFERED -> offered.get();
      case QUEUE_FULL -> refused.get();
      case SHUTDOWN -> shutDown.get();
      default -> sink.counters().get(counter);
    };
  }

  /**
   * Writes what is queued and closes the sink; waits for it at most the time given, and counts what
   * is left then as lost. Nobody may hand over any more.
   */
  public boolean close(final Duration atMost) {
    closing = true;
    if (writer.getState() == Thread.State.NEW) {
      return true;
    }
    boolean closed = false;
    try {
      closed = writer.join(atMost);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!closed) {
      while (queue.poll() != null) {
        shutDown.getAndIncrement();
      }
    }
    return closed;
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
          onTime(nowNs);
          nextTickNs = nowNs + TimeUnit.MILLISECONDS.toNanos(TICK_MS);
        }
      }
      onTime(nowNs());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void onTime(final long nowNs) {
    sink.onTime(nowNs);
    final long lost = refused.get() - refusedTold;
    if (lost > 0) {
      refusedTold += lost;
      losses.lost(lost, "the audit queue is full; use a faster disk or a larger queue", nowNs);
    } else {
      losses.onTime(nowNs);
    }
  }

  private long nowNs() {
    return nanos(clock.instant());
  }

  static long nanos(final Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }
}
