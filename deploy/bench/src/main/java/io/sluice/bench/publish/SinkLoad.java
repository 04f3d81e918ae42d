package io.sluice.bench.publish;

import io.sluice.bench.stream.EventMaker;
import io.sluice.bench.stream.Shape;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.sink.DeliveryLedger;
import io.sluice.collector.sink.KafkaPublisher;
import io.sluice.collector.sink.KafkaRecords;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.KafkaSink;
import io.sluice.collector.sink.SinkCounter;
import io.sluice.collector.sink.SpoolOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The collector's own sink as it is live, with a spool, under events from memory: in a process of
 * its own as {@code kafka-producer-perf-test} is, and with lines on standard output like its.
 */
final class SinkLoad {
  /** Different events, and as many different payloads of the peer. */
  static final int POOL = 10_000;

  static final String SENSOR = "bench";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TICK_MS = 1;

  /** Below the half of the queue from which on a slow broker costs writing to disk. */
  private static final int MOST_IN_FLIGHT = KafkaSettings.DEFAULT_QUEUE_CAPACITY / 2 - 1024;

  private static final int STEP = 512;
  private static final int PAUSE_US = 200;

  private final DeliveryLedger ledger = new DeliveryLedger();
  private final RequestEvent[] pool = pool();

  /**
   * {@code BOOTSTRAP TOPIC SPOOL max|client EVENTS WARM_UP}, or {@code ... rate A_SECOND SECONDS}
   */
  public static void main(String[] arguments) throws Exception {
    int first = Integer.parseInt(arguments[4]);
    int second = Integer.parseInt(arguments[5]);
    SinkLoad load = new SinkLoad();
    switch (arguments[3]) {
      case "max" -> load.asFastAsItGoes(open(arguments, Map.of(), load.ledger), first, second);
      case "client" -> load.clientAlone(settings(arguments, Map.of()), first, second);
      default -> {
        Map<String, String> watched = Map.of("interceptor.classes", AckDelays.class.getName());
        load.atRate(open(arguments, watched, load.ledger), first, second);
      }
    }
    // The client's threads are no daemons.
    System.exit(0);
  }

  static RequestEvent[] pool() {
    EventMaker maker = new EventMaker(Shape.standard(POOL), System.currentTimeMillis());
    RequestEvent[] events = new RequestEvent[POOL];
    for (int i = 0; i < POOL; i++) {
      events[i] = maker.next();
    }
    return events;
  }

  private static KafkaSink open(
      String[] arguments, Map<String, String> client, DeliveryLedger ledger) throws IOException {
    return KafkaSink.open(settings(arguments, client), SENSOR, null, ledger);
  }

  private static KafkaSettings settings(String[] arguments, Map<String, String> client) {
    SpoolOptions spool =
        new SpoolOptions(
            Path.of(arguments[2]),
            SpoolOptions.DEFAULT_BYTES,
            SpoolOptions.Fsync.INTERVAL,
            SpoolOptions.WhenFull.DROP_NEWEST);
    return new KafkaSettings(
        arguments[0], arguments[1], KafkaSettings.DEFAULT_QUEUE_CAPACITY, client, spool);
  }

  private void asFastAsItGoes(KafkaSink sink, int events, int warmUp) throws Exception {
    KafkaPublisher publisher = KafkaPublisher.start(sink);
    long startedNs = System.nanoTime();
    for (int i = 0; i < events; i++) {
      while (i % STEP == 0 && i > 0 && !takesMore()) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(PAUSE_US));
      }
      if (i == warmUp) {
        startedNs = System.nanoTime();
      }
      sink.onEvent(pool[i % POOL]);
    }
    boolean drained = publisher.stop(PATIENCE);
    long tookNs = System.nanoTime() - startedNs;
    sink.close();
    require(drained && ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED) == events);
    tell(events - warmUp, tookNs);
  }

  /** Only the client, with records that are ready: what is left for the sink to lose. */
  private void clientAlone(KafkaSettings settings, int events, int warmUp) {
    KafkaRecords records = new KafkaRecords(settings.topic(), SENSOR, null, Clock.systemUTC());
    List<ProducerRecord<byte[], byte[]>> ready = Arrays.stream(pool).map(records::event).toList();
    Map<String, Object> properties = settings.producerProperties(SENSOR);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    long startedNs = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      for (int i = 0; i < events; i++) {
        if (i == warmUp) {
          startedNs = System.nanoTime();
        }
        ledger.increment(SinkCounter.EVENTS_EMITTED);
        var unused =
            producer.send(
                ready.get(i % POOL),
                (metadata, error) ->
                    ledger.add(SinkCounter.EVENTS_ACKNOWLEDGED, error == null ? 1 : 0));
      }
      producer.flush();
    }
    long tookNs = System.nanoTime() - startedNs;
    require(ledger.inFlight() == 0);
    tell(events - warmUp, tookNs);
  }

  private static void tell(int events, long tookNs) {
    System.out.printf(
        Locale.ROOT, "%d records sent, %.1f records/sec%n", events, events / (tookNs / 1e9));
  }

  /** Not before the broker has answered, or the first would go by way of the spool. */
  private boolean takesMore() {
    return ledger.inFlight() <= MOST_IN_FLIGHT && ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED) > 0;
  }

  private void atRate(KafkaSink sink, int rate, int seconds) throws Exception {
    KafkaPublisher publisher = KafkaPublisher.start(sink);
    // The first half is for warming up.
    long sent = 0;
    long startedNs = System.nanoTime();
    for (int half = 0; half < 2; half++) {
      AckDelays.clear();
      long most = (long) rate * seconds / 2 * (half + 1);
      while (sent < most) {
        long due = (System.nanoTime() - startedNs) * rate / TimeUnit.SECONDS.toNanos(1);
        for (; sent < Math.min(due, most); sent++) {
          sink.onEvent(now(pool[(int) (sent % POOL)]));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS));
      }
    }
    double took = (System.nanoTime() - startedNs) / 1e9;
    require(publisher.stop(PATIENCE));
    sink.close();
    System.out.printf(
        Locale.ROOT,
        "%d events at %.0f/s; of the second half, %d acknowledged: median %d ms, p99 %d ms;"
            + " lost %d, producers given up %d%n",
        sent,
        sent / took,
        AckDelays.count(),
        AckDelays.quantileMs(0.5),
        AckDelays.quantileMs(0.99),
        ledger.failed(),
        ledger.get(SinkCounter.LINKS_FAILED));
  }

  private static RequestEvent now(RequestEvent event) {
    return new RequestEvent(
        event.id(),
        System.currentTimeMillis() * 1_000_000L,
        event.flow(),
        event.request(),
        event.response(),
        event.depth(),
        event.flags());
  }

  private void require(boolean allDelivered) {
    if (!allDelivered) {
      throw new IllegalStateException(
          "of "
              + ledger.get(SinkCounter.EVENTS_EMITTED)
              + " events only "
              + ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)
              + " were acknowledged");
    }
  }

  private SinkLoad() {}
}
