package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Heartbeat;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.SchemaHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Steps the publisher by hand: one thread plays worker, publisher and client. */
class KafkaSinkTest {
  private static final String TOPIC = "http.requests.v1";
  private static final int CAPACITY = 8;

  private final DeliveryLedger ledger = new DeliveryLedger();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(
          cluster(),
          false,
          new RoundRobinPartitioner(),
          new ByteArraySerializer(),
          new ByteArraySerializer());

  @Test
  void sendsKeyHeadersTimeAndAvro() throws Exception {
    try (KafkaSink sink = sink(null)) {
      sink.onEvent(Events.withTarget("/a"));
      assertThat(sink.publish(10)).isEqualTo(1);
      ProducerRecord<byte[], byte[]> record = producer.history().getFirst();
      assertThat(record.topic()).isEqualTo(TOPIC);
      assertThat(record.timestamp()).isEqualTo(1_795_222_923_123L);
      assertThat(new String(record.key(), UTF_8)).isEqualTo("1:abc=");
      assertThat(headers(record))
          .containsExactly(
              "content-type=application/avro",
              "ce_specversion=1.0",
              "ce_type=io.sluice.request.v1",
              "ce_source=/sensors/here",
              "sluice-schema="
                  + SchemaHistory.text(SchemaHistory.fingerprint(RequestEvent.getClassSchema())),
              "sluice-sensor=here",
              "ce_id=id-/a",
              "ce_time=2026-11-21T01:02:03.123456Z");
      RequestEvent decoded = RequestEvent.getDecoder().decode(record.value());
      assertThat(decoded.getTs()).isEqualTo(Instant.parse("2026-11-21T01:02:03.123456Z"));
      assertThat(decoded.getFlow().getVlan()).isNull();
      assertThat(decoded.getRequest().getTarget()).isEqualTo("/a");
      assertThat(decoded.getResponse().getStatus()).isEqualTo(200);
      assertThat(ledger.inFlight()).isEqualTo(1);
      producer.completeNext();
      assertThat(ledger.inFlight()).isZero();
      assertThat(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(1);
    }
  }

  @Test
  void replayedEventsCarryTheirAttemptAndNoPacketTime() {
    try (KafkaSink sink = sink(new Replay("file:0", "a1", "x.pcap"))) {
      sink.onEvent(Events.unanswered());
      sink.publish(10);
      ProducerRecord<byte[], byte[]> record = producer.history().getFirst();
      assertThat(record.timestamp()).isNull();
      assertThat(headers(record)).contains("sluice-run=file:0", "sluice-attempt=a1");
    }
  }

  @Test
  void heartbeatsFollowTheEventsToEveryPartition() throws Exception {
    try (KafkaSink sink = sink(null)) {
      sink.onEvent(Events.withTarget("/a"));
      sink.heartbeat(5_000_000_000L);
      sink.publish(10);
      assertThat(producer.history()).hasSize(3);
      assertThat(producer.history().subList(1, 3))
          .extracting(ProducerRecord::partition)
          .containsExactlyInAnyOrder(0, 1);
      Heartbeat heartbeat = Heartbeat.getDecoder().decode(producer.history().get(2).value());
      assertThat(heartbeat.getTime()).isEqualTo(Instant.ofEpochSecond(5));
      assertThat(ledger.get(SinkCounter.EVENTS_EMITTED)).isEqualTo(1);
    }
  }

  @Test
  void everyFailureIsCountedByItsReason() {
    List<RuntimeException> failures =
        List.of(
            new TimeoutException("expired"),
            new RecordTooLargeException("large"),
            new TopicAuthorizationException(TOPIC),
            new IllegalStateException("odd"));
    try (KafkaSink sink = sink(null)) {
      for (RuntimeException failure : failures) {
        sink.onEvent(Events.unanswered());
        sink.publish(1);
        // The client's own thread tells failures of what it had taken.
        onOtherThread(() -> producer.errorNext(failure));
      }
    }
    assertThat(ledger.get(SinkCounter.EVENTS_FAILED_TIMEOUT)).isEqualTo(1);
    assertThat(ledger.get(SinkCounter.EVENTS_FAILED_TOO_LARGE)).isEqualTo(1);
    assertThat(ledger.get(SinkCounter.EVENTS_FAILED_REFUSED)).isEqualTo(1);
    assertThat(ledger.get(SinkCounter.EVENTS_FAILED_OTHER)).isEqualTo(1);
    assertThat(ledger.inFlight()).isZero();
  }

  @Test
  void aFullQueueDropsLiveEventsAndCountsThem() {
    try (KafkaSink sink = sink(null)) {
      for (int i = 0; i < CAPACITY + 3; i++) {
        sink.onEvent(Events.withTarget("/" + i));
      }
      assertThat(ledger.get(SinkCounter.EVENTS_FAILED_QUEUE_FULL)).isEqualTo(3);
      assertThat(ledger.inFlight()).isEqualTo(CAPACITY);
      while (sink.publish(3) > 0) {
        while (producer.completeNext()) {}
      }
      assertThat(ledger.inFlight()).isZero();
      assertThat(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(CAPACITY);
    }
  }

  /** The client refuses within send while it knows no broker: the event is kept and order stays. */
  @Test
  void whatTheClientCannotTakeYetIsTriedAgainInOrder() {
    RefusingProducer refusing = new RefusingProducer();
    KafkaRecords records = new KafkaRecords(TOPIC, "here", null);
    try (KafkaSink sink = new KafkaSink(refusing, records, ledger, CAPACITY, true, null)) {
      sink.onEvent(Events.withTarget("/1"));
      sink.onEvent(Events.withTarget("/2"));
      assertThat(sink.publish(10)).isZero();
      assertThat(sink.publish(10)).isZero();
      assertThat(ledger.failed()).isZero();
      assertThat(ledger.inFlight()).isEqualTo(2);
      refusing.refuse = false;
      assertThat(sink.publish(10)).isEqualTo(2);
      assertThat(refusing.history())
          .extracting(record -> RequestEvent.getDecoder().decode(record.value()).getId())
          .containsExactly("id-/1", "id-/2");
    }
  }

  @Test
  void whatIsLeftAtTheEndIsCountedAsLost() {
    KafkaSink sink = sink(null);
    sink.onEvent(Events.withTarget("/sent"));
    sink.publish(1);
    sink.onEvent(Events.withTarget("/queued"));
    assertThat(sink.drain(Duration.ZERO)).isFalse();
    sink.onEvent(Events.withTarget("/late"));
    sink.close();
    assertThat(ledger.get(SinkCounter.EVENTS_FAILED_SHUTDOWN)).isEqualTo(1);
  }

  private KafkaSink sink(Replay replay) {
    return new KafkaSink(
        producer, new KafkaRecords(TOPIC, "here", replay), ledger, CAPACITY, replay == null, null);
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return java.util.Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }

  private static void onOtherThread(Runnable action) {
    Thread thread = Thread.ofPlatform().start(action);
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Cluster cluster() {
    Node node = new Node(0, "127.0.0.1", 1);
    Node[] nodes = {node};
    return new Cluster(
        "test",
        List.of(node),
        List.of(
            new PartitionInfo(TOPIC, 0, node, nodes, nodes),
            new PartitionInfo(TOPIC, 1, node, nodes, nodes)),
        java.util.Set.of(),
        java.util.Set.of());
  }

  /** Does what the client does before it has metadata: calls back within send. */
  private static final class RefusingProducer extends MockProducer<byte[], byte[]> {
    boolean refuse = true;

    RefusingProducer() {
      super(
          cluster(),
          true,
          new RoundRobinPartitioner(),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }

    @Override
    public synchronized java.util.concurrent.Future<
            org.apache.kafka.clients.producer.RecordMetadata>
        send(
            ProducerRecord<byte[], byte[]> record,
            org.apache.kafka.clients.producer.Callback callback) {
      if (refuse) {
        TimeoutException failure = new TimeoutException("no metadata");
        callback.onCompletion(null, failure);
        return java.util.concurrent.CompletableFuture.failedFuture(failure);
      }
      return super.send(record, callback);
    }
  }
}
