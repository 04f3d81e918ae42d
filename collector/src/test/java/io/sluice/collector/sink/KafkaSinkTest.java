package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.schemas.Heartbeat;
import io.sluice.schemas.SchemaHistory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** What is sent, and what becomes of what fails, without a spool. */
class KafkaSinkTest {
  private static final String TOPIC = SteppedSink.TOPIC;
  private static final String DEAD_LETTERS = TOPIC + ".dlq";
  private static final int CAPACITY = 8;

  @Test
  void sendsKeyHeadersTimeAndAvro() throws Exception {
    try (SteppedSink stepped = SteppedSink.live(CAPACITY)) {
      stepped.sink.onEvent(Events.withTarget("/a"));
      stepped.publish();
      ProducerRecord<byte[], byte[]> record = stepped.producer().history().getFirst();
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
                  + SchemaHistory.text(
                      SchemaHistory.fingerprint(io.sluice.schemas.RequestEvent.getClassSchema())),
              "sluice-sensor=here",
              "ce_id=id-/a",
              "ce_time=2026-11-21T01:02:03.123456Z");
      io.sluice.schemas.RequestEvent decoded = SteppedSink.decoded(record);
      assertThat(decoded.getTs()).isEqualTo(Instant.parse("2026-11-21T01:02:03.123456Z"));
      assertThat(decoded.getFlow().getVlan()).isNull();
      assertThat(decoded.getRequest().getTarget()).isEqualTo("/a");
      assertThat(decoded.getResponse().getStatus()).isEqualTo(200);
      assertThat(stepped.ledger.inFlight()).isEqualTo(1);
      stepped.publishAndAcknowledge();
      assertThat(stepped.ledger.inFlight()).isZero();
      assertThat(stepped.count(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(1);
    }
  }

  @Test
  void replayedEventsCarryTheirAttemptAndNoPacketTime() throws IOException {
    try (SteppedSink stepped = SteppedSink.replaying(new Replay("file:0", "a1", "x.pcap"))) {
      stepped.sink.onEvent(Events.unanswered());
      stepped.publish();
      ProducerRecord<byte[], byte[]> record = stepped.producer().history().getFirst();
      assertThat(record.timestamp()).isNull();
      assertThat(headers(record)).contains("sluice-run=file:0", "sluice-attempt=a1");
    }
  }

  @Test
  void heartbeatsFollowTheEventsToEveryPartition() throws Exception {
    try (SteppedSink stepped = SteppedSink.live(CAPACITY)) {
      stepped.sink.onEvent(Events.withTarget("/a"));
      stepped.sink.heartbeat(5_000_000_000L);
      stepped.publishAndAcknowledge();
      List<ProducerRecord<byte[], byte[]>> sent = stepped.producer().history();
      assertThat(sent).hasSize(3);
      assertThat(sent.subList(1, 3))
          .extracting(ProducerRecord::partition)
          .containsExactlyInAnyOrder(0, 1);
      Heartbeat heartbeat = Heartbeat.getDecoder().decode(sent.get(2).value());
      assertThat(heartbeat.getTime()).isEqualTo(Instant.ofEpochSecond(5));
      assertThat(stepped.count(SinkCounter.EVENTS_EMITTED)).isEqualTo(1);
      assertThat(stepped.count(SinkCounter.HEARTBEATS_ACKNOWLEDGED)).isEqualTo(1);
    }
  }

  /** A broker refuses times far ahead of its clock; the event's own time stays in the event. */
  @Test
  void aPacketTimeAheadOfTheClockIsStampedWithTheClock() throws IOException {
    long before = System.currentTimeMillis();
    long aheadNs = (before + 86_400_000L) * 1_000_000L;
    try (SteppedSink stepped = SteppedSink.live(CAPACITY)) {
      RequestEvent event = Events.withTarget("/");
      stepped.sink.onEvent(
          new RequestEvent(
              event.id(), aheadNs, event.flow(), event.request(), event.response(), 1, List.of()));
      stepped.publish();
      ProducerRecord<byte[], byte[]> record = stepped.producer().history().getFirst();
      assertThat(record.timestamp()).isBetween(before, System.currentTimeMillis());
      assertThat(SteppedSink.decoded(record).getTs().toEpochMilli())
          .isEqualTo(before + 86_400_000L);
      assertThat(stepped.count(SinkCounter.TIMES_CLAMPED)).isEqualTo(1);
    }
  }

  @Test
  void aFullQueueDropsLiveEventsAndCountsThem() throws IOException {
    try (SteppedSink stepped = SteppedSink.live(CAPACITY)) {
      for (int i = 0; i < CAPACITY + 3; i++) {
        stepped.sink.onEvent(Events.withTarget("/" + i));
      }
      assertThat(stepped.count(SinkCounter.EVENTS_FAILED_QUEUE_FULL)).isEqualTo(3);
      assertThat(stepped.ledger.inFlight()).isEqualTo(CAPACITY);
      stepped.publishAndAcknowledge();
      assertThat(stepped.ledger.inFlight()).isZero();
      assertThat(stepped.count(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(CAPACITY);
    }
  }

  /** The client refuses within send while it has no memory or metadata: nothing is given up. */
  @Test
  void whatTheClientCannotTakeYetIsTriedAgainInOrder() throws IOException {
    try (SteppedSink stepped = SteppedSink.live(CAPACITY)) {
      stepped.producer().sendException = new TimeoutException("no metadata");
      stepped.sink.onEvent(Events.withTarget("/1"));
      stepped.sink.onEvent(Events.withTarget("/2"));
      stepped.publish();
      stepped.publish();
      assertThat(stepped.ids(TOPIC)).isEmpty();
      assertThat(stepped.ledger.inFlight()).isEqualTo(2);
      assertThat(stepped.count(SinkCounter.SEND_ATTEMPTS_DEFERRED)).isPositive();
      stepped.producer().sendException = null;
      stepped.publishAndAcknowledge();
      assertThat(stepped.ids(TOPIC)).containsExactly("id-/1", "id-/2");
      assertThat(stepped.producers).hasSize(1);
      assertThat(stepped.ledger.failed()).isZero();
    }
  }

  /** Permission can be granted again, a broker comes back: nothing of this loses an event. */
  @Test
  void afterAFailureAllThatIsNotAcknowledgedIsSentAgainInOrder() throws IOException {
    List<RuntimeException> failures =
        List.of(
            new TimeoutException("expired"),
            new TopicAuthorizationException(TOPIC),
            new KafkaException("a sibling of an invalid record"),
            new IllegalStateException("odd"));
    for (RuntimeException failure : failures) {
      try (SteppedSink stepped = proven()) {
        for (int i = 1; i <= 4; i++) {
          stepped.sink.onEvent(Events.withTarget("/" + i));
        }
        stepped.publish();
        stepped.producer().completeNext();
        stepped.producer().errorNext(failure);
        // The client would go on behind the failure: it was closed before it could.
        assertThat(stepped.producer().closed()).isTrue();
        stepped.publish();
        stepped.sink.onEvent(Events.withTarget("/5"));
        stepped.connect();
        stepped.publish();
        // One record tries the way first.
        assertThat(stepped.ids(TOPIC)).containsExactly("id-/2");
        stepped.publishAndAcknowledge();
        assertThat(stepped.ids(TOPIC)).containsExactly("id-/2", "id-/3", "id-/4", "id-/5");
        assertThat(stepped.ledger.inFlight()).isZero();
        assertThat(stepped.ledger.failed()).isZero();
        assertThat(stepped.count(SinkCounter.LINKS_FAILED)).isEqualTo(1);
      }
    }
  }

  @Test
  void aSilentBrokerCountsAsAway() throws IOException {
    try (SteppedSink stepped = proven()) {
      stepped.sink.onEvent(Events.withTarget("/1"));
      stepped.publish();
      stepped.pass(Duration.ofSeconds(4));
      stepped.publish();
      assertThat(stepped.count(SinkCounter.LINKS_FAILED)).isZero();
      stepped.pass(Duration.ofSeconds(2));
      stepped.publish();
      assertThat(stepped.count(SinkCounter.LINKS_FAILED)).isEqualTo(1);
      // What the old producer says now is no news: the record goes again.
      stepped.producer().completeNext();
      stepped.connect();
      stepped.publishAndAcknowledge();
      assertThat(stepped.producers).hasSize(2);
      assertThat(stepped.ids(TOPIC)).containsExactly("id-/1");
      assertThat(stepped.ledger.inFlight()).isZero();
    }
  }

  @Test
  void whatIsRefusedForGoodGoesToTheDeadLetters() throws IOException {
    try (SteppedSink stepped = proven()) {
      List<RuntimeException> failures =
          List.of(
              new RecordTooLargeException("large"),
              new InvalidRecordException("invalid"),
              new InvalidTimestampException("old"));
      for (int i = 0; i < failures.size(); i++) {
        stepped.sink.onEvent(Events.withTarget("/" + i));
      }
      stepped.sink.onEvent(Events.withTarget("/good"));
      stepped.publish();
      failures.forEach(failure -> stepped.producer().errorNext(failure));
      stepped.publishAndAcknowledge();

      assertThat(stepped.producers).hasSize(1);
      assertThat(stepped.ids(DEAD_LETTERS)).containsExactly("id-/0", "id-/1", "id-/2");
      ProducerRecord<byte[], byte[]> letter =
          stepped.producer().history().stream()
              .filter(record -> record.topic().equals(DEAD_LETTERS))
              .findFirst()
              .orElseThrow();
      assertThat(headers(letter))
          .contains(
              "sluice-origin-topic=" + TOPIC,
              "sluice-stage=publish",
              "sluice-reason=EVENTS_FAILED_TOO_LARGE",
              "sluice-message=" + failures.getFirst());
      assertThat(SteppedSink.decoded(letter).getId()).isEqualTo("id-/0");
      assertThat(stepped.count(SinkCounter.EVENTS_FAILED_TOO_LARGE)).isEqualTo(1);
      assertThat(stepped.count(SinkCounter.EVENTS_FAILED_REFUSED)).isEqualTo(2);
      assertThat(stepped.count(SinkCounter.DEAD_LETTERS_ACKNOWLEDGED)).isEqualTo(3);
      assertThat(stepped.ledger.inFlight()).isZero();
    }
  }

  @Test
  void aDeadLetterIsBounded() throws IOException {
    try (SteppedSink stepped = proven()) {
      stepped.sink.onEvent(Events.withTarget("/" + "x".repeat(200_000)));
      stepped.publish();
      stepped.producer().errorNext(new RecordTooLargeException("m".repeat(10_000)));
      stepped.publish();
      ProducerRecord<byte[], byte[]> letter = stepped.producer().history().getLast();
      assertThat(letter.value()).hasSize(1 << 16);
      assertThat(Integer.parseInt(SteppedSink.header(letter, "sluice-value-bytes")))
          .isGreaterThan(400_000);
      assertThat(SteppedSink.header(letter, "sluice-message")).hasSizeLessThanOrEqualTo(500);
    }
  }

  @Test
  void aDeadLetterThatIsRefusedOrHasNoTopicIsCounted() throws IOException {
    try (SteppedSink stepped = proven()) {
      stepped.sink.onEvent(Events.withTarget("/"));
      stepped.publish();
      stepped.producer().errorNext(new RecordTooLargeException("large"));
      stepped.publish();
      stepped.producer().errorNext(new RecordTooLargeException("large"));
      stepped.publish();
      assertThat(stepped.count(SinkCounter.DEAD_LETTERS_FAILED)).isEqualTo(1);
      assertThat(stepped.ledger.inFlight()).isZero();
    }
    try (SteppedSink stepped = SteppedSink.withoutDeadLetters()) {
      stepped.sink.onEvent(Events.withTarget("/"));
      stepped.publish();
      stepped.producer().errorNext(new RecordTooLargeException("large"));
      stepped.publish();
      assertThat(stepped.count(SinkCounter.DEAD_LETTERS_FAILED)).isEqualTo(1);
      assertThat(stepped.count(SinkCounter.EVENTS_FAILED_TOO_LARGE)).isEqualTo(1);
      assertThat(stepped.ledger.inFlight()).isZero();
    }
  }

  /** A link that fails while a dead letter is on its way: event and letter both find their end. */
  @Test
  void aDeadLetterSurvivesAFailure() throws IOException {
    try (SteppedSink stepped = proven()) {
      stepped.sink.onEvent(Events.withTarget("/bad"));
      stepped.sink.onEvent(Events.withTarget("/good"));
      stepped.publish();
      stepped.producer().errorNext(new InvalidRecordException("invalid"));
      stepped.producer().errorNext(new KafkaException("sibling"));
      stepped.publish();
      stepped.connect();
      stepped.publishAndAcknowledge();
      assertThat(stepped.ids(TOPIC)).containsExactly("id-/good");
      assertThat(stepped.ids(DEAD_LETTERS)).containsExactly("id-/bad");
      assertThat(stepped.ledger.inFlight()).isZero();
    }
  }

  @Test
  void whatIsLeftAtTheEndIsCountedAsLost() throws IOException {
    SteppedSink stepped = proven();
    stepped.sink.onEvent(Events.withTarget("/sent"));
    stepped.publish();
    stepped.producer().sendException = new TimeoutException("full");
    stepped.sink.onEvent(Events.withTarget("/waiting"));
    stepped.sink.onEvent(Events.withTarget("/queued"));
    assertThat(stepped.sink.drain(Duration.ZERO)).isFalse();
    stepped.close();
    assertThat(stepped.count(SinkCounter.EVENTS_FAILED_SHUTDOWN)).isEqualTo(3);
    assertThat(stepped.ledger.inFlight()).isZero();
  }

  /** A producer that has delivered once: more than one record is then on its way. */
  private static SteppedSink proven() throws IOException {
    SteppedSink stepped = SteppedSink.live(64);
    stepped.sink.heartbeat(1_000_000_000L);
    stepped.publishAndAcknowledge();
    return stepped;
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return java.util.Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }
}
