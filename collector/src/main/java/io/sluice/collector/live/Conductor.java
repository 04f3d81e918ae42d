package io.sluice.collector.live;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Does the slow work beside the workers, driven by time alone: a look at the interfaces and a
 * heartbeat each second, a sweep of the session maps every few seconds. Each on a thread of its
 * own: a sweep of full maps takes seconds, in which no heartbeat may stay away.
 */
public final class Conductor implements AutoCloseable {
  private static final long BEAT_MS = 1_000;
  private static final long SWEEP_MS = 5_000;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads;

  private Conductor(Runnable beat, Runnable sweep) {
    threads =
        List.of(
            Thread.ofPlatform().name("conductor").daemon().unstarted(() -> every(BEAT_MS, beat)),
            Thread.ofPlatform().name("sweeper").daemon().unstarted(() -> every(SWEEP_MS, sweep)));
  }

  /**
   * @param heartbeat takes the packet time that all workers have reached, nanoseconds since 1970
   */
  public static Conductor start(LiveCapture capture, LongConsumer heartbeat) {
    return start(
        () -> {
          capture.watchInterfaces();
          long reachedNs = capture.reachedNs();
          if (reachedNs > 0) {
            heartbeat.accept(reachedNs);
          }
        },
        capture::sweep);
  }

  static Conductor start(Runnable beat, Runnable sweep) {
    Conductor conductor = new Conductor(beat, sweep);
    conductor.threads.forEach(Thread::start);
    return conductor;
  }

  private void every(long periodMs, Runnable action) {
    try {
      while (!stop.await(periodMs, TimeUnit.MILLISECONDS)) {
        action.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a sweep to end. */
  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
