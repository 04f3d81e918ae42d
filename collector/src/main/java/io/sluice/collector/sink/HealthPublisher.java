package io.sluice.collector.sink;

import io.sluice.schemas.SensorHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the sensor's health every ten seconds, one record after the other, with a producer and on a
 * thread of its own: it is there at once when the broker is back, in front of all events that
 * waited. Meanwhile records wait in memory; where too many do, the interval goes on until there is
 * room, so that no count is ever lost, only when in these hours it rose.
 */
public final class HealthPublisher implements AutoCloseable {
  public static final String TOPIC = "sensor.health.v1";

  /** Cuts the run into records. */
  @FunctionalInterface
  public interface Source {
    /**
     * @param last whether nothing will change any more
     */
    SensorHealth next(boolean last);
  }

  private enum End {
    IN_ORDER,
    AT_ONCE
  }

  private static final Logger LOG = LoggerFactory.getLogger(HealthPublisher.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Three hours, a few megabytes. */
  private static final int MAX_WAITING = 1080;

  /** For one record, beyond which the client says that it is away. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final KafkaRecords records;
  private final Source source;
  private final long intervalNs;
  private final int maxWaiting;
  private final ArrayDeque<SensorHealth> waiting = new ArrayDeque<>();
  private final Thread thread;
  private Producer<byte[], byte[]> producer;
  private boolean told;
  private long stopAtNs;
  private volatile End end;

  HealthPublisher(
      Supplier<Producer<byte[], byte[]>> producers,
      String sensor,
      Source source,
      Duration interval,
      int maxWaiting) {
    this.producers = producers;
    this.records = new KafkaRecords(TOPIC, sensor, null, Clock.systemUTC());
    this.source = source;
    this.intervalNs = interval.toNanos();
    this.maxWaiting = maxWaiting;
    thread = Thread.ofPlatform().name("health").daemon().unstarted(this::run);
  }

  /** Sends nothing before {@link #start}. */
  public static HealthPublisher of(KafkaSettings settings, String sensor, Source source) {
    return new HealthPublisher(
        () -> new KafkaProducer<>(settings.healthProducerProperties(sensor)),
        sensor,
        source,
        INTERVAL,
        MAX_WAITING);
  }

  /** Starts, on a thread that has the privileges of the calling one. */
  public void start() {
    thread.start();
  }

  /** Sends the last record, once nothing changes any more, and what waits before it. */
  public void stop(Duration patience) throws InterruptedException {
    stopAtNs = System.nanoTime() + patience.toNanos();
    end(End.IN_ORDER);
  }

  /** Without a last record, where {@link #stop} was not called. */
  @Override
  public void close() throws InterruptedException {
    end(End.AT_ONCE);
  }

  private void end(End how) throws InterruptedException {
    if (thread.isAlive()) {
      end = how;
      thread.interrupt();
      thread.join();
    }
  }

  private void run() {
    long nextNs = System.nanoTime() + intervalNs;
    while (end == null) {
      try {
        if (!waiting.isEmpty()) {
          sendWaiting();
        }
        long leftNs = nextNs - System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(waiting.isEmpty() ? leftNs : Math.min(leftNs, pauseNs()));
      } catch (InterruptedException e) {
        break;
      }
      if (System.nanoTime() - nextNs >= 0) {
        nextNs += intervalNs;
        if (waiting.size() < maxWaiting) {
          waiting.add(source.next(false));
        }
      }
    }
    if (end == End.IN_ORDER) {
      finish();
    }
    closeProducer();
    if (!waiting.isEmpty()) {
      LOG.warn("lost {} records of the sensor's health: Kafka did not take them", waiting.size());
    }
  }

  private long pauseNs() {
    return Math.min(intervalNs, TimeUnit.SECONDS.toNanos(1));
  }

  private void finish() {
    // The client sets it again where it was waiting.
    boolean unused = Thread.interrupted();
    waiting.add(source.next(true));
    try {
      while (!waiting.isEmpty() && stopAtNs - System.nanoTime() > 0) {
        sendWaiting();
        if (!waiting.isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In order, each behind the broker's word on the one before; up to the first failure. */
  private void sendWaiting() throws InterruptedException {
    try {
      if (producer == null) {
        producer = producers.get();
      }
      while (!waiting.isEmpty()) {
        var unused =
            producer.send(records.health(waiting.peek())).get(patienceMs(), TimeUnit.MILLISECONDS);
        waiting.remove();
        told = false;
      }
    } catch (ExecutionException e) {
      tell(String.valueOf(e.getCause().getMessage()));
    } catch (TimeoutException | KafkaException | IllegalStateException e) {
      tell(e.getMessage() == null ? "no answer in time" : e.getMessage());
    }
  }

  private long patienceMs() {
    long patienceMs = PATIENCE.toMillis();
    return end == End.IN_ORDER
        ? Math.clamp((stopAtNs - System.nanoTime()) / 1_000_000, 1, patienceMs)
        : patienceMs;
  }

  /** A record that was given up is sent again by another producer: it may come twice. */
  private void tell(String cause) {
    closeProducer();
    if (!told && end == null) {
      told = true;
      LOG.warn(
          "cannot publish the sensor's health on {}: {}; it waits, make the topic or let us write it",
          TOPIC,
          cause);
    }
  }

  private void closeProducer() {
    if (producer != null) {
      // The client's end throws where the thread is interrupted, as it is at a stop.
      boolean interrupted = Thread.interrupted();
      producer.close(Duration.ZERO);
      producer = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
