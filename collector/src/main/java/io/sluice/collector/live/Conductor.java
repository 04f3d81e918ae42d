package io.sluice.collector.live;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Does the slow work beside the workers, driven by time alone: a heartbeat each second, a sweep of
 * the session maps every few seconds. A thread of its own.
 */
public final class Conductor implements AutoCloseable {
  private static final long BEAT_MS = 1_000;
  private static final int BEATS_PER_SWEEP = 5;

  private final LiveCapture capture;
  private final LongConsumer heartbeat;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private Conductor(LiveCapture capture, LongConsumer heartbeat) {
    this.capture = capture;
    this.heartbeat = heartbeat;
    thread = Thread.ofPlatform().name("conductor").daemon().unstarted(this::run);
  }

  /**
   * @param heartbeat takes the packet time that all workers have reached, nanoseconds since 1970
   */
  public static Conductor start(LiveCapture capture, LongConsumer heartbeat) {
    Conductor conductor = new Conductor(capture, heartbeat);
    conductor.thread.start();
    return conductor;
  }

  private void run() {
    try {
      for (int beat = 1; !stop.await(BEAT_MS, TimeUnit.MILLISECONDS); beat++) {
        long reachedNs = capture.reachedNs();
        if (reachedNs > 0) {
          heartbeat.accept(reachedNs);
        }
        if (beat % BEATS_PER_SWEEP == 0) {
          capture.sweep();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.join();
  }
}
