package io.sluice.collector.sink;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The thread that owns the Kafka producer: it publishes until it is told to stop, then drains. */
public final class KafkaPublisher {
  private static final int BATCH = 512;
  private static final long MIN_PAUSE_NS = 200_000;
  private static final long MAX_PAUSE_NS = 5_000_000;

  private final KafkaSink sink;
  private final Thread thread;
  private volatile Duration stopPatience;
  private volatile boolean drained;

  private KafkaPublisher(KafkaSink sink) {
    this.sink = sink;
    thread = Thread.ofPlatform().name("publisher").unstarted(this::run);
  }

  public static KafkaPublisher start(KafkaSink sink) {
    KafkaPublisher publisher = new KafkaPublisher(sink);
    publisher.thread.start();
    return publisher;
  }

  /**
   * Publishes what is queued, waits for the broker's word, and ends the thread. Nobody may emit any
   * more. The sink is the caller's from now on.
   *
   * @return whether the broker gave its word on everything in time
   */
  public boolean stop(Duration patience) throws InterruptedException {
    stopPatience = patience;
    LockSupport.unpark(thread);
    thread.join();
    return drained;
  }

  private void run() {
    long pauseNs = MIN_PAUSE_NS;
    while (stopPatience == null) {
      if (sink.publish(BATCH) > 0) {
        pauseNs = MIN_PAUSE_NS;
      } else {
        LockSupport.parkNanos(pauseNs);
        pauseNs = Math.min(pauseNs * 2, MAX_PAUSE_NS);
      }
    }
    drained = sink.drain(stopPatience);
  }
}
