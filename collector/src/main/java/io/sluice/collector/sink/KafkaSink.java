package io.sluice.collector.sink;

import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Events to Kafka. Workers hand over through a bounded queue; one publisher thread calls {@link
 * #publish}, which sends them, or spools them while the broker is slow or away. Live, a full queue
 * drops (counted) and never holds up a worker; replaying a file, it holds up the reader.
 */
public final class KafkaSink implements EventHandler, AutoCloseable {
  private static final long FULL_QUEUE_PAUSE_NS = 200_000;
  private static final long END_RETRY_NS = 100_000_000;

  /** A broker that does not take more for so short a time costs no writing to disk. */
  private static final long HOLD_NS = TimeUnit.SECONDS.toNanos(1);

  /** What stands in the queue between events, so that it keeps its place among them. */
  private record HeartbeatOrder(long timeNs) {}

  private final Connector connector;
  private final KafkaRecords records;
  private final DeliveryLedger ledger;
  private final DeliveryQueue deliveries;
  private final SpoolState state;
  private final boolean live;
  private final MpscAtomicArrayQueue<Object> queue;
  private final SchemaPublisher schemas;
  private final LongSupplier clockNs;
  private boolean wasOpen;
  private long closedSinceNs;
  private volatile boolean stopping;
  private boolean closed;

  /**
   * @param spool closed with the sink; null for none
   * @param schemas closed with the sink; null for none
   * @param clockNs monotonic
   */
  KafkaSink(
      Connector connector,
      KafkaRecords records,
      DeliveryLedger ledger,
      int queueCapacity,
      boolean live,
      Spool spool,
      SchemaPublisher schemas,
      LongSupplier clockNs) {
    this.connector = connector;
    this.records = records;
    this.ledger = ledger;
    this.live = live;
    this.schemas = schemas;
    this.clockNs = clockNs;
    queue = new MpscAtomicArrayQueue<>(queueCapacity);
    deliveries = new DeliveryQueue(connector, records, ledger, spool, clockNs);
    state = spool == null ? null : spool.state();
    closedSinceNs = clockNs.getAsLong();
    if (spool != null) {
      ledger.add(SinkCounter.EVENTS_CARRIED_OVER, spool.carried());
      ledger.add(SinkCounter.EVENTS_SPOOLED, spool.recovered());
      ledger.add(SinkCounter.EVENTS_FAILED_SPOOL_DAMAGED, spool.damaged());
      ledger.add(SinkCounter.EVENTS_FAILED_KILLED, spool.unaccounted());
    }
  }

  /**
   * Connects in the background: a broker that is away is waited for.
   *
   * @param replay null for live events; a replay has no spool, its file is one
   * @throws IllegalArgumentException where the settings are wrong
   * @throws IOException where the spool can't be used, in one clear line
   */
  public static KafkaSink open(
      KafkaSettings settings, String sensor, Replay replay, DeliveryLedger ledger)
      throws IOException {
    Supplier<Producer<byte[], byte[]>> producers =
        () -> new KafkaProducer<>(settings.producerProperties(sensor));
    Producer<byte[], byte[]> first;
    try {
      first = producers.get();
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
    TopicFormat format = settings.formats().apply(sensor);
    Spool spool;
    try {
      spool =
          settings.spool() == null || replay != null
              ? null
              : Spool.open(settings.spool(), settings.topic(), format.name(), System::nanoTime);
    } catch (IOException e) {
      first.close(Duration.ZERO);
      throw e;
    }
    return new KafkaSink(
        new Connector(first, producers, settings.topic(), System::nanoTime).start(),
        new KafkaRecords(settings.topic(), sensor, replay, format, Clock.systemUTC()),
        ledger,
        settings.queueCapacity(),
        replay == null,
        spool,
        SchemaPublisher.start(() -> new KafkaProducer<>(settings.schemaProducerProperties(sensor))),
        System::nanoTime);
  }

  /** Any worker. */
  @Override
  public void onEvent(RequestEvent event) {
    ledger.increment(SinkCounter.EVENTS_EMITTED);
    if (state != null) {
      state.emitted();
    }
    if (queue.offer(event)) {
      return;
    }
    if (live) {
      ledger.increment(SinkCounter.EVENTS_FAILED_QUEUE_FULL);
      if (state != null) {
        state.queueFull();
      }
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
   * Sends a heartbeat to every partition, after all events that were handed over before; none among
   * events that others read. Any thread.
   *
   * @param timeNs packet time that all workers have reached
   */
  public void heartbeat(long timeNs) {
    if (records.areForJobs() && !queue.offer(new HeartbeatOrder(timeNs))) {
      ledger.increment(SinkCounter.HEARTBEATS_FAILED);
    }
  }

  /**
   * Moves on what it can, and up to {@code limit} items of the queue; returns how many moved, 0
   * where there is nothing to do just now. Publisher only.
   */
  public int publish(int limit) {
    int moved = deliveries.step();
    int taken = 0;
    while (taken < limit && takesMore()) {
      Object item = queue.poll();
      if (item == null) {
        break;
      }
      deliveries.add(
          item instanceof RequestEvent event
              ? Delivery.event(records.event(event))
              : Delivery.heartbeat(((HeartbeatOrder) item).timeNs()));
      taken++;
    }
    deliveries.endRound();
    return moved + taken;
  }

  private boolean takesMore() {
    if (deliveries.isOpen()) {
      wasOpen = true;
      return true;
    }
    if (wasOpen) {
      wasOpen = false;
      closedSinceNs = clockNs.getAsLong();
    }
    if (!deliveries.isSpooling()) {
      return false;
    }
    boolean holds =
        deliveries.isCaughtUp()
            && clockNs.getAsLong() - closedSinceNs < HOLD_NS
            && queue.size() < queue.capacity() / 2
            && !stopping;
    return !holds;
  }

  /**
   * Publishes all that is queued and waits for the broker's word on all of it. With a spool, what
   * the broker does not take in time stays there. Publisher only.
   *
   * @return whether nothing is in memory alone any more
   */
  public boolean drain(Duration patience) {
    long deadline = clockNs.getAsLong() + patience.toNanos();
    while (!queue.isEmpty() || !deliveries.isEmpty()) {
      if (publish(Integer.MAX_VALUE) == 0) {
        boolean spoolSuffices = deliveries.isSpooling() && !deliveries.isConnected();
        if (spoolSuffices
            || clockNs.getAsLong() - deadline >= 0
            || Thread.currentThread().isInterrupted()) {
          break;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
    deliveries.save();
    return ledger.inFlight() == 0;
  }

  /**
   * Sends the end of a replay and waits until it is acknowledged; none behind events that others
   * read. Publisher only, after {@link #drain}.
   *
   * @throws KafkaException where it was not acknowledged in time
   */
  public void endReplay(Duration patience) {
    if (!records.areForJobs()) {
      return;
    }
    ProducerRecord<byte[], byte[]> record =
        records.replayEnd(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED));
    long deadline = clockNs.getAsLong() + patience.toNanos();
    while (true) {
      String failure = "no broker answers";
      Link link = connector.link();
      try {
        if (link != null) {
          var unused = link.producer().send(record).get(patience.toMillis(), TimeUnit.MILLISECONDS);
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException)) {
          throw new KafkaException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
        failure = String.valueOf(e.getCause().getMessage());
      } catch (java.util.concurrent.TimeoutException e) {
        failure = "no answer in time";
      }
      if (clockNs.getAsLong() - deadline >= 0) {
        throw new KafkaException(failure);
      }
      LockSupport.parkNanos(END_RETRY_NS);
    }
  }

  /** Makes a replay's reader stop waiting for room. Any thread. */
  public void stop() {
    stopping = true;
  }

  /**
   * What is not acknowledged yet goes to the spool; without one it counts as lost. Publisher only,
   * or after its end. Counts no more then; a second call does nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopping = true;
    while (deliveries.isSpooling() && publish(Integer.MAX_VALUE) > 0 && !queue.isEmpty()) {}
    deliveries.finish();
    for (Object left = queue.poll(); left != null; left = queue.poll()) {
      if (left instanceof RequestEvent) {
        ledger.increment(SinkCounter.EVENTS_FAILED_SHUTDOWN);
      }
    }
    connector.close();
    if (schemas != null) {
      schemas.close();
    }
  }
}
