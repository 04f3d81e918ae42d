package io.sluice.bench.publish;

import io.sluice.bench.stream.EventMaker;
import io.sluice.bench.stream.Shape;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.sink.DeliveryLedger;
import io.sluice.collector.sink.KafkaPublisher;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.KafkaSink;
import io.sluice.collector.sink.Replay;
import io.sluice.collector.sink.SinkCounter;
import io.sluice.collector.sink.SpoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The collector's own sink under events from memory, in a process of its own as {@code
 * kafka-producer-perf-test} is, and with lines on standard output like its.
 */
final class SinkLoad {
  static final int POOL = 50_000;
  static final String SENSOR = "bench";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TICK_MS = 1;

  private final DeliveryLedger ledger = new DeliveryLedger();
  private final RequestEvent[] pool = pool();

  /**
   * {@code BOOTSTRAP TOPIC max EVENTS WARM_UP}, or {@code BOOTSTRAP TOPIC rate EVENTS_PER_SECOND
   * SECONDS SPOOL}
   */
  public static void main(String[] arguments) throws Exception {
    String bootstrap = arguments[0];
    String topic = arguments[1];
    int first = Integer.parseInt(arguments[3]);
    int second = Integer.parseInt(arguments[4]);
    if (arguments[2].equals("max")) {
      new SinkLoad().asFastAsItGoes(bootstrap, topic, first, second);
    } else {
      new SinkLoad().atRate(bootstrap, topic, first, second, Path.of(arguments[5]));
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

  /** A replay waits for room in the queue instead of dropping. */
  private void asFastAsItGoes(String bootstrap, String topic, int events, int warmUp)
      throws Exception {
    KafkaSettings settings = settings(bootstrap, topic, Map.of(), null);
    KafkaSink sink = KafkaSink.open(settings, SENSOR, new Replay("run", "attempt", "-"), ledger);
    KafkaPublisher publisher = KafkaPublisher.start(sink);
    long startedNs = System.nanoTime();
    for (int i = 0; i < events; i++) {
      if (i == warmUp) {
        startedNs = System.nanoTime();
      }
      sink.onEvent(pool[i % POOL]);
    }
    boolean drained = publisher.stop(PATIENCE);
    double seconds = (System.nanoTime() - startedNs) / 1e9;
    sink.close();
    require(drained && ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED) == events);
    System.out.printf(
        Locale.ROOT,
        "%d records sent, %.1f records/sec%n",
        events - warmUp,
        (events - warmUp) / seconds);
  }

  /** As live: with a spool, and dropping where the queue is full. */
  private void atRate(String bootstrap, String topic, int rate, int seconds, Path spool)
      throws Exception {
    Map<String, String> watched = Map.of("interceptor.classes", AckDelays.class.getName());
    SpoolOptions options =
        new SpoolOptions(
            spool,
            SpoolOptions.DEFAULT_BYTES,
            SpoolOptions.Fsync.INTERVAL,
            SpoolOptions.WhenFull.DROP_NEWEST);
    KafkaSink sink =
        KafkaSink.open(settings(bootstrap, topic, watched, options), SENSOR, null, ledger);
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
            + " lost %d, by way of the spool %d%n",
        sent,
        sent / took,
        AckDelays.count(),
        AckDelays.quantileMs(0.5),
        AckDelays.quantileMs(0.99),
        ledger.failed(),
        ledger.get(SinkCounter.LINKS_FAILED));
  }

  private static KafkaSettings settings(
      String bootstrap, String topic, Map<String, String> client, SpoolOptions spool) {
    return new KafkaSettings(bootstrap, topic, KafkaSettings.DEFAULT_QUEUE_CAPACITY, client, spool);
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
