package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SchemaHistory;
import io.sluice.schemas.SensorHealth;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class HealthPublisherTest {
  private static final Duration INTERVAL = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicBoolean blocking = new AtomicBoolean();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final AtomicInteger cut = new AtomicInteger();
  private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();

  @Test
  void sendsEachIntervalOnceInOrderAndTheLastOneAtTheEnd() throws Exception {
    HealthPublisher publisher = publisher(100);
    publisher.start();
    await(5);
    publisher.stop(Duration.ofSeconds(5));
    List<SensorHealth> records = records();
    assertThat(records).hasSize(cut.get());
    assertInOrder(records);
    assertThat(records.getLast().getLast()).isTrue();
    ProducerRecord<byte[], byte[]> first = sent.getFirst();
    assertThat(first.topic()).isEqualTo("sensor.health.v1");
    assertThat(new String(first.key(), UTF_8)).isEqualTo("s");
    assertThat(header(first, "ce_type")).isEqualTo("io.sluice.sensor-health.v1");
    assertThat(header(first, "ce_id")).isEqualTo("run-0");
    assertThat(header(first, "sluice-schema"))
        .isEqualTo(SchemaHistory.text(SchemaHistory.fingerprint(SensorHealth.getClassSchema())));
  }

  @Test
  void waitsForABrokerThatIsAwayAndStretchesTheIntervalWhereTooManyWait() throws Exception {
    away.set(true);
    HealthPublisher publisher = publisher(3);
    publisher.start();
    awaitCut(3);
    Thread.sleep(20 * INTERVAL.toMillis());
    assertThat(cut.get()).isEqualTo(3);
    assertThat(records()).isEmpty();
    away.set(false);
    await(6);
    publisher.stop(Duration.ofSeconds(5));
    assertInOrder(records());
    assertThat(records()).hasSize(cut.get());
  }

  @Test
  void anEndIsBoundedAlsoWithoutABroker() throws Exception {
    away.set(true);
    HealthPublisher publisher = publisher(3);
    publisher.start();
    awaitCut(3);
    long beganNs = System.nanoTime();
    publisher.stop(Duration.ofMillis(300));
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(3));
    // Also where it never began, or has ended.
    publisher.close();
    publisher(3).close();
  }

  /** A stop that finds the client waiting for its broker. */
  @Test
  void aStopWhileTheClientWaitsStillSendsTheLastRecord() throws Exception {
    blocking.set(true);
    HealthPublisher publisher = publisher(3);
    publisher.start();
    assertThat(blocked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    blocking.set(false);
    publisher.stop(Duration.ofSeconds(5));
    assertInOrder(records());
    assertThat(records().getLast().getLast()).isTrue();
  }

  private HealthPublisher publisher(int maxWaiting) {
    return new HealthPublisher(this::producer, "s", this::next, INTERVAL, maxWaiting);
  }

  private SensorHealth next(boolean last) {
    int sequence = cut.getAndIncrement();
    Instant time = Instant.ofEpochSecond(sequence);
    return new SensorHealth(
        "s", "run", (long) sequence, time, time, last, "lo", "1", List.of(), Map.of());
  }

  private Producer<byte[], byte[]> producer() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (away.get()) {
          throw new TimeoutException("away");
        }
        if (blocking.get()) {
          blocked.countDown();
          try {
            Thread.sleep(PATIENCE);
          } catch (InterruptedException e) {
            // Sets the thread's interrupt again, as the real one does.
            throw new InterruptException(e);
          }
        }
        synchronized (sent) {
          sent.add(record);
        }
        return super.send(record);
      }

      @Override
      public void close(Duration timeout) {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        super.close(timeout);
      }
    };
  }

  private void await(int count) throws Exception {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (records().size() < count && System.nanoTime() - deadlineNs < 0) {
      Thread.sleep(1);
    }
    assertThat(records()).hasSizeGreaterThanOrEqualTo(count);
  }

  private void awaitCut(int count) throws InterruptedException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (cut.get() < count && System.nanoTime() - deadlineNs < 0) {
      Thread.sleep(1);
    }
    assertThat(cut.get()).isEqualTo(count);
  }

  private static void assertInOrder(List<SensorHealth> records) {
    for (int i = 0; i < records.size(); i++) {
      assertThat(records.get(i).getSequence()).isEqualTo(i);
    }
  }

  private List<SensorHealth> records() throws IOException {
    List<SensorHealth> records = new ArrayList<>();
    synchronized (sent) {
      for (ProducerRecord<byte[], byte[]> record : sent) {
        SensorHealth next =
            SensorHealth.createDecoder(SchemaHistory.INSTANCE).decode(record.value());
        // One that a stop has interrupted comes twice.
        if (records.isEmpty() || !records.getLast().equals(next)) {
          records.add(next);
        }
      }
    }
    return records;
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
