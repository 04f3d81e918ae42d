package io.sluice.collector.sink;

import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events to Kafka. Workers hand over through a bounded queue; one publisher thread owns the
 * producer and calls {@link #publish}. Live, a full queue drops (counted) and never holds up a
 * worker; replaying a file, it holds up the reader.
 */
public final class KafkaSink implements EventHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);
  private static final long FULL_QUEUE_PAUSE_NS = 200_000;
  private static final long NS_PER_LOG_LINE = 10_000_000_000L;

  /** What stands in the queue between events, so that it keeps its place among them. */
  private record HeartbeatOrder(long timeNs) {}

  private final Producer<byte[], byte[]> producer;
  private final KafkaRecords records;
  private final DeliveryLedger ledger;
  private final boolean live;
  private final MpscAtomicArrayQueue<Object> queue;
  private final SchemaPublisher schemas;
  private Thread publisher;
  private RequestEvent deferred;
  private boolean sendRefused;
  private volatile boolean stopping;
  private volatile long nextLogLineNs = System.nanoTime();

  /**
   * @param schemas closed with the sink; null for none
   */
  KafkaSink(
      Producer<byte[], byte[]> producer,
      KafkaRecords records,
      DeliveryLedger ledger,
      int queueCapacity,
      boolean live,
      SchemaPublisher schemas) {
    this.producer = producer;
    this.records = records;
    this.ledger = ledger;
    this.live = live;
    this.schemas = schemas;
    queue = new MpscAtomicArrayQueue<>(queueCapacity);
  }

  /**
   * Connects in the background: a broker that is away is waited for.
   *
   * @param replay null for live events
   * @throws IllegalArgumentException where the settings are wrong
   */
  public static KafkaSink open(
      KafkaSettings settings, String sensor, Replay replay, DeliveryLedger ledger) {
    Producer<byte[], byte[]> producer;
    try {
      producer = new KafkaProducer<>(settings.producerProperties(sensor));
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException(
          "cannot use Kafka at "
              + settings.bootstrap()
              + ": "
              + cause.getMessage()
              + "; correct --kafka or --kafka-property",
          e);
    }
    return new KafkaSink(
        producer,
        new KafkaRecords(settings.topic(), sensor, replay),
        ledger,
        settings.queueCapacity(),
        replay == null,
        SchemaPublisher.start(
            () -> new KafkaProducer<>(settings.schemaProducerProperties(sensor))));
  }

  /** Any worker. */
  @Override
  public void onEvent(RequestEvent event) {
    ledger.increment(SinkCounter.EVENTS_EMITTED);
    if (queue.offer(event)) {
      return;
    }
    if (live) {
      ledger.increment(SinkCounter.EVENTS_FAILED_QUEUE_FULL);
      return;
    }
    while (!queue.offer(event)) {
      if (stopping) {
        ledger.increment(SinkCounter.EVENTS_FAILED_SHUTDOWN);
        return;
      }
      LockSupport.parkNanos(FULL_QUEUE_PAUSE_NS);
    }
  }

  /**
   * Sends a heartbeat to every partition, after all events that were handed over before. Any
   * thread.
   *
   * @param timeNs packet time that all workers have reached
   */
  public void heartbeat(long timeNs) {
    if (!queue.offer(new HeartbeatOrder(timeNs))) {
      ledger.increment(SinkCounter.HEARTBEATS_FAILED);
    }
  }

  /**
   * Hands up to {@code limit} items of the queue to the client; returns how many, 0 where there is
   * nothing to do or the client can take no more just now. Publisher only.
   */
  public int publish(int limit) {
    publisher = Thread.currentThread();
    int done = 0;
    if (deferred != null) {
      RequestEvent event = deferred;
      deferred = null;
      send(event);
      done++;
    }
    while (done < limit && deferred == null) {
      switch (queue.poll()) {
        case RequestEvent event -> send(event);
        case HeartbeatOrder(long timeNs) -> sendHeartbeats(timeNs);
        case null, default -> {
          return done;
        }
      }
      done++;
    }
    return deferred == null ? done : 0;
  }

  /**
   * Publishes all that is queued and waits for the broker's word on all of it. Publisher only.
   *
   * @return whether nothing is in flight any more
   */
  public boolean drain(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (ledger.inFlight() > 0 || !queue.isEmpty()) {
      if (publish(Integer.MAX_VALUE) == 0) {
        if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
          return false;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
    return true;
  }

  /**
   * Sends the end of a replay and waits until it is acknowledged. Publisher only, after {@link
   * #drain}.
   *
   * @throws KafkaException where it was not acknowledged in time
   */
  public void endReplay(Duration patience) {
    ProducerRecord<byte[], byte[]> record =
        records.replayEnd(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED));
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        var unused = producer.send(record).get();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      } catch (java.util.concurrent.ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadline >= 0) {
          throw new KafkaException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
      }
    }
  }

  /** Makes a replay's reader stop waiting for room. Any thread. */
  public void stop() {
    stopping = true;
  }

  /** What is not acknowledged yet counts as lost. Publisher only, or after its end. */
  @Override
  public void close() {
    stopping = true;
    if (deferred != null) {
      ledger.increment(SinkCounter.EVENTS_FAILED_SHUTDOWN);
      deferred = null;
    }
    for (Object left = queue.poll(); left != null; left = queue.poll()) {
      if (left instanceof RequestEvent) {
        ledger.increment(SinkCounter.EVENTS_FAILED_SHUTDOWN);
      }
    }
    producer.close(Duration.ZERO);
    if (schemas != null) {
      schemas.close();
    }
  }

  private void send(RequestEvent event) {
    sendRefused = false;
    try {
      var unused =
          producer.send(
              records.event(event),
              (metadata, failure) -> {
                if (failure == null) {
                  ledger.increment(SinkCounter.EVENTS_ACKNOWLEDGED);
                } else if (failure instanceof RetriableException
                    && Thread.currentThread() == publisher
                    && !stopping) {
                  // Still in the call of send: the client never took the record.
                  sendRefused = true;
                } else {
                  fail(failure);
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      fail(e);
    }
    if (sendRefused) {
      deferred = event;
      ledger.increment(SinkCounter.SEND_ATTEMPTS_DEFERRED);
    }
  }

  private void sendHeartbeats(long timeNs) {
    List<PartitionInfo> partitions;
    try {
      partitions = producer.partitionsFor(records.topic());
    } catch (KafkaException e) {
      ledger.increment(SinkCounter.HEARTBEATS_FAILED);
      return;
    }
    for (PartitionInfo partition : partitions) {
      try {
        var unused =
            producer.send(
                records.heartbeat(partition.partition(), timeNs),
                (metadata, failure) ->
                    ledger.increment(
                        failure == null
                            ? SinkCounter.HEARTBEATS_ACKNOWLEDGED
                            : SinkCounter.HEARTBEATS_FAILED));
      } catch (KafkaException | IllegalStateException e) {
        ledger.increment(SinkCounter.HEARTBEATS_FAILED);
      }
    }
  }

  private void fail(Exception failure) {
    SinkCounter reason = stopping ? SinkCounter.EVENTS_FAILED_SHUTDOWN : reason(failure);
    ledger.increment(reason);
    long now = System.nanoTime();
    if (now - nextLogLineNs >= 0) {
      nextLogLineNs = now + NS_PER_LOG_LINE;
      LOG.error(
          "cannot deliver events to Kafka: {}; see the status for how many", failure.toString());
    }
  }

  private static SinkCounter reason(Exception failure) {
    return switch (failure) {
      case TimeoutException e -> SinkCounter.EVENTS_FAILED_TIMEOUT;
      case RecordTooLargeException e -> SinkCounter.EVENTS_FAILED_TOO_LARGE;
      case AuthorizationException e -> SinkCounter.EVENTS_FAILED_REFUSED;
      case InvalidTopicException e -> SinkCounter.EVENTS_FAILED_REFUSED;
      case InvalidRecordException e -> SinkCounter.EVENTS_FAILED_REFUSED;
      default -> SinkCounter.EVENTS_FAILED_OTHER;
    };
  }
}
