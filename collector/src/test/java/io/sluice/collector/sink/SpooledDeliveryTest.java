package io.sluice.collector.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outages, restarts and kills, with a spool. */
class SpooledDeliveryTest {
  private static final String TOPIC = SteppedSink.TOPIC;

  @TempDir Path folder;

  @Test
  void eventsOfAnOutageFollowInOrder() throws IOException {
    try (SteppedSink stepped = SteppedSink.spooling(folder.resolve("spool"))) {
      emit(stepped, 0, 3);
      stepped.pass(Duration.ofSeconds(2));
      stepped.publish();
      assertThat(stepped.count(SinkCounter.EVENTS_SPOOLED)).isEqualTo(3);
      assertThat(stepped.ledger.inFlight()).isZero();
      stepped.sink.heartbeat(1_000_000_000L);
      emit(stepped, 3, 5);
      stepped.publish();
      stepped.connect();
      stepped.publishAndAcknowledge();
      assertThat(stepped.ids(TOPIC)).containsExactlyElementsOf(ids(0, 5));
      // The heartbeat kept its place among them.
      assertThat(stepped.producer().history().get(3).partition()).isNotNull();
      assertThat(stepped.count(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(5);
      assertThat(stepped.count(SinkCounter.EVENTS_SPOOLED)).isZero();
      // From now on directly.
      long bytes = stepped.spool.bytes();
      emit(stepped, 5, 9);
      stepped.publishAndAcknowledge();
      assertThat(stepped.ids(TOPIC)).containsExactlyElementsOf(ids(0, 9));
      assertThat(stepped.spool.bytes()).isEqualTo(bytes);
    }
  }

  @Test
  void aShortDelayIsWaitedForWithoutWriting() throws IOException {
    try (SteppedSink stepped = SteppedSink.spooling(folder.resolve("spool"))) {
      emit(stepped, 0, 10);
      stepped.publish();
      assertThat(stepped.spool.bytes()).isZero();
      // But not until the queue is full.
      emit(stepped, 10, 3_000);
      stepped.publish();
      assertThat(stepped.count(SinkCounter.EVENTS_SPOOLED)).isGreaterThan(900);
    }
  }

  @Test
  void theFirstFailurePutsAllThatIsNotAcknowledgedOnDisk() throws IOException {
    try (SteppedSink stepped = SteppedSink.spooling(folder.resolve("spool")).connect()) {
      emit(stepped, 0, 1);
      stepped.publishAndAcknowledge();
      emit(stepped, 1, 6);
      stepped.publish();
      assertThat(stepped.ledger.inFlight()).isEqualTo(5);
      stepped.producer().completeNext();
      stepped.producer().errorNext(new TopicAuthorizationException(TOPIC));
      stepped.publish();
      assertThat(stepped.ledger.inFlight()).isZero();
      assertThat(stepped.count(SinkCounter.EVENTS_SPOOLED)).isEqualTo(4);
      emit(stepped, 6, 8);
      stepped.publish();
      stepped.connect();
      stepped.publishAndAcknowledge();
      assertThat(stepped.ids(TOPIC)).containsExactlyElementsOf(ids(2, 8));
    }
  }

  @Test
  void aStopLeavesTheRestToTheNextStart() throws IOException {
    Path spool = folder.resolve("spool");
    SteppedSink first = SteppedSink.spooling(spool).connect();
    emit(first, 0, 1);
    first.publishAndAcknowledge();
    emit(first, 1, 5);
    first.publish();
    assertThat(first.sink.drain(Duration.ZERO)).isTrue();
    first.close();
    assertThat(first.ledger.inFlight()).isZero();
    assertThat(first.ledger.failed()).isZero();
    try (SteppedSink second = SteppedSink.spooling(spool).connect()) {
      assertThat(second.count(SinkCounter.EVENTS_CARRIED_OVER)).isEqualTo(4);
      emit(second, 5, 7);
      second.publishAndAcknowledge();
      assertThat(second.ids(TOPIC)).containsExactlyElementsOf(ids(1, 7));
      assertThat(second.count(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(6);
      assertThat(second.ledger.inFlight()).isZero();
    }
    try (SteppedSink third = SteppedSink.spooling(spool)) {
      assertThat(third.count(SinkCounter.EVENTS_CARRIED_OVER)).isZero();
    }
  }

  /** What was in memory alone is lost, and counted by the next start; what was written is not. */
  @Test
  void aKillLosesWhatWasInMemoryAndTheNextStartCountsIt() throws IOException {
    Path killed = folder.resolve("killed");
    try (SteppedSink stepped = SteppedSink.spooling(folder.resolve("spool"))) {
      stepped.pass(Duration.ofSeconds(2));
      emit(stepped, 0, 4);
      stepped.publish();
      emit(stepped, 4, 7);
      copy(folder.resolve("spool"), killed);
    }
    try (SteppedSink next = SteppedSink.spooling(killed).connect()) {
      assertThat(next.count(SinkCounter.EVENTS_CARRIED_OVER)).isEqualTo(7);
      assertThat(next.count(SinkCounter.EVENTS_FAILED_KILLED)).isEqualTo(3);
      assertThat(next.count(SinkCounter.EVENTS_SPOOLED)).isEqualTo(4);
      next.publishAndAcknowledge();
      assertThat(next.ids(TOPIC)).containsExactlyElementsOf(ids(0, 4));
      assertThat(next.ledger.inFlight()).isZero();
    }
  }

  /** Everything that can happen, in an order that a seed draws; four runs, some of them killed. */
  @ParameterizedTest
  @ValueSource(longs = {3, 4, 5, 9, 10, 12, 26, 30})
  void whateverHappensNoEventIsLostUncountedAndOrderStays(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Broker broker = new Broker();
    Path spool = folder.resolve("spool");
    int emitted = 0;
    long ended = 0;
    long lost = 0;
    final int runs = 4;
    for (int run = 1; run <= runs; run++) {
      SteppedSink stepped = SteppedSink.spooling(spool);
      for (int i = 0; i < 300; i++) {
        switch (random.nextInt(10)) {
          case 0, 1, 2 -> {
            int count = random.nextInt(1, 40);
            emit(stepped, emitted, emitted + count);
            emitted += count;
          }
          case 3, 4 -> stepped.publish();
          case 5, 6 -> broker.take(stepped, random.nextInt(1, 100));
          case 7 -> stepped.connect();
          case 8 -> broker.disturb(stepped, random);
          default -> {
            stepped.sink.heartbeat(i * 1_000_000L);
            stepped.pass(Duration.ofMillis(random.nextInt(2_000)));
          }
        }
        assertThat(stepped.ledger.inFlight()).isNotNegative();
      }
      boolean killed = run < runs && random.nextBoolean();
      if (killed) {
        spool = copy(spool, folder.resolve("killed-" + run));
      } else if (run < runs) {
        assertThat(stepped.sink.drain(Duration.ZERO)).isTrue();
      } else {
        for (int i = 0; i < 10; i++) {
          stepped.connect();
          stepped.producer().sendException = null;
          stepped.publish();
          while (broker.take(stepped, 1_000) > 0) {
            stepped.publish();
          }
        }
        assertThat(stepped.count(SinkCounter.EVENTS_SPOOLED)).isZero();
        assertThat(stepped.ledger.inFlight()).isZero();
      }
      long refused =
          stepped.count(SinkCounter.EVENTS_FAILED_TOO_LARGE)
              + stepped.count(SinkCounter.EVENTS_FAILED_REFUSED);
      ended += stepped.count(SinkCounter.EVENTS_ACKNOWLEDGED) + stepped.ledger.failed();
      lost += stepped.ledger.failed() - refused + stepped.count(SinkCounter.DEAD_LETTERS_FAILED);
      stepped.close();
    }
    // Over all runs each event has one end.
    assertThat(ended).isEqualTo(emitted);
    Set<Integer> arrived = new HashSet<>(broker.taken);
    arrived.addAll(broker.buried);
    assertThat((long) emitted - arrived.size()).isLessThanOrEqualTo(lost);
    Map<Integer, Integer> newestOfFlow = new HashMap<>();
    for (int number : new LinkedHashSet<>(broker.taken)) {
      Integer before = newestOfFlow.put(number % Events.FLOWS, number);
      assertThat(before == null || before < number)
          .as("%d came first behind %d", number, before)
          .isTrue();
    }
  }

  /** Takes what it is sent, but for some events that it refuses each time. */
  private static final class Broker {
    /** Numbers of the events in the order in which they came, repeated ones too. */
    final List<Integer> taken = new ArrayList<>();

    final Set<Integer> buried = new HashSet<>();

    int take(SteppedSink stepped, int most) {
      int count = 0;
      while (count < most && stepped.unanswered() != null) {
        count++;
        var record = stepped.answer(refusal(stepped.unanswered()));
        if (SteppedSink.header(record, "ce_type").equals("io.sluice.request.v1")) {
          int number = number(record);
          if (!record.topic().equals(TOPIC)) {
            buried.add(number);
          } else if (number % 23 != 0) {
            taken.add(number);
          }
        }
      }
      return count;
    }

    void disturb(SteppedSink stepped, SplittableRandom random) {
      switch (random.nextInt(4)) {
        case 0 -> stepped.answer(new TopicAuthorizationException(TOPIC));
        case 1 -> {
          take(stepped, random.nextInt(23));
          stepped.answer(new KafkaException("sibling of an invalid record"));
        }
        case 2 -> stepped.producer().sendException = new TimeoutException("no memory");
        default -> {
          stepped.pass(Duration.ofSeconds(10));
          stepped.producer().sendException = null;
        }
      }
    }

    private static RuntimeException refusal(ProducerRecord<byte[], byte[]> record) {
      return record.topic().equals(TOPIC)
              && SteppedSink.header(record, "ce_type").equals("io.sluice.request.v1")
              && number(record) % 23 == 0
          ? new RecordTooLargeException("large")
          : null;
    }

    private static int number(ProducerRecord<byte[], byte[]> record) {
      return SteppedSink.decoded(record).getDepth();
    }
  }

  private static void emit(SteppedSink stepped, int from, int to) {
    for (int i = from; i < to; i++) {
      stepped.sink.onEvent(Events.numbered(i));
    }
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "id-/" + i).toList();
  }

  /** The folder as a process that is killed now leaves it. */
  static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }
}
