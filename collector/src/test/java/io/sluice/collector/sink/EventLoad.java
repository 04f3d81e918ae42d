package io.sluice.collector.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A sink with a spool under a steady load of numbered events, as a sensor makes them. */
final class EventLoad implements AutoCloseable {
  private static final int EVENTS_PER_TICK = 20;
  private static final long TICK_NS = 10_000_000;
  private static final int TICKS_PER_SECOND = 100;

  final DeliveryLedger ledger = new DeliveryLedger();
  private final KafkaSink sink;
  private final KafkaPublisher publisher;
  private final Thread worker;
  private final int from;
  private volatile boolean stopping;
  private volatile int next;

  /**
   * @param from number of the first event
   */
  private EventLoad(KafkaSettings settings, int from) throws IOException {
    this.from = from;
    next = from;
    sink = KafkaSink.open(settings, "here", null, ledger);
    publisher = KafkaPublisher.start(sink);
    worker = Thread.ofPlatform().name("load").start(this::run);
  }

  static EventLoad start(String bootstrap, Path spool, int from) throws IOException {
    return new EventLoad(
        new KafkaSettings(
            bootstrap,
            BrokerProcess.TOPIC,
            1 << 14,
            Map.of(),
            new SpoolOptions(
                spool, 1L << 30, SpoolOptions.Fsync.INTERVAL, SpoolOptions.WhenFull.DROP_NEWEST)),
        from);
  }

  private void run() {
    for (int tick = 0; !stopping; tick++) {
      long before = System.nanoTime();
      for (int i = 0; i < EVENTS_PER_TICK; i++) {
        sink.onEvent(Events.numbered(next));
        next = next + 1;
      }
      if (tick % TICKS_PER_SECOND == 0) {
        sink.heartbeat(tick * TICK_NS);
      }
      // Never held up: that is what a capture needs.
      assertThat(System.nanoTime() - before).isLessThan(Duration.ofSeconds(2).toNanos());
      assertThat(ledger.inFlight()).isNotNegative();
      LockSupport.parkNanos(TICK_NS);
    }
  }

  /** Behind the last event that was made. */
  int next() {
    return next;
  }

  /** Waits until the broker has all but the newest. */
  void awaitDelivery(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long wanted = ledger.get(SinkCounter.EVENTS_EMITTED);
    while (ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED) < wanted) {
      assertThat(System.nanoTime() - deadline).as("waiting: %s", text()).isNegative();
      Thread.sleep(50);
    }
  }

  void awaitSpooling() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (ledger.get(SinkCounter.EVENTS_SPOOLED) == 0) {
      assertThat(System.nanoTime() - deadline).as("spooling: %s", text()).isNegative();
      Thread.sleep(20);
    }
  }

  /** Stops the load, delivers all, and looks at the books. */
  void finish() throws InterruptedException {
    stopping = true;
    worker.join();
    // A stop does not wait for a broker that is away: what is spooled is safe.
    awaitDelivery(Duration.ofSeconds(120));
    assertThat(publisher.stop(Duration.ofSeconds(120))).as(text()).isTrue();
    sink.close();
    assertThat(ledger.inFlight()).isZero();
    assertThat(ledger.failed()).as(text()).isZero();
    assertThat(ledger.get(SinkCounter.EVENTS_SPOOLED)).as(text()).isZero();
    assertThat(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(next - from);
  }

  private String text() {
    Map<SinkCounter, Long> counts = new HashMap<>();
    for (SinkCounter counter : SinkCounter.values()) {
      counts.put(counter, ledger.get(counter));
    }
    return counts.toString();
  }

  /** Every event came, and, of each flow, first in its order. Returns how many came again. */
  static int assertAllCameInOrder(String bootstrap, int from, int to) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = TopicReader.all(bootstrap);
    Set<Integer> seen = new HashSet<>();
    Map<String, Integer> newest = new HashMap<>();
    int repeated = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (!TopicReader.header(record, "ce_type").equals("io.sluice.request.v1")) {
        continue;
      }
      var event = io.sluice.schemas.RequestEvent.getDecoder().decode(record.value());
      assertThat(TopicReader.header(record, "ce_id")).isEqualTo(event.getId());
      if (!seen.add(event.getDepth())) {
        repeated++;
        continue;
      }
      Integer before = newest.put(event.getFlow().getCommunityId(), event.getDepth());
      assertThat(before == null || before < event.getDepth())
          .as("%d came first behind %d", event.getDepth(), before)
          .isTrue();
    }
    for (int i = from; i < to; i++) {
      assertThat(seen.contains(i)).as("event %d of %d to %d", i, from, to).isTrue();
    }
    return repeated;
  }

  /** Ends what {@link #finish} did not. */
  @Override
  public void close() throws InterruptedException {
    if (!stopping) {
      stopping = true;
      worker.join();
      publisher.stop(Duration.ZERO);
      sink.close();
    }
  }
}
