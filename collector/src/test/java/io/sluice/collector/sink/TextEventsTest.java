package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** Events that go to Kafka in another encoding than Avro. */
final class TextEventsTest {
  private static final Map<EncodingFormat, String> CONTENT_TYPES =
      Map.of(
          EncodingFormat.JSON, "application/json",
          EncodingFormat.TSV, "text/tab-separated-values; charset=utf-8",
          EncodingFormat.ECS, "application/json",
          EncodingFormat.OCSF, "application/json",
          EncodingFormat.ZEEK, "text/tab-separated-values; charset=utf-8",
          EncodingFormat.COMBINED, "text/plain; charset=utf-8",
          EncodingFormat.CEF, "text/plain; charset=utf-8");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void aRecordIsOneEventAndItsHeadersSayInWhat(EncodingFormat format) throws IOException {
    List<RequestEvent> events = List.of(Events.withTarget("/a"), Events.withTarget("/ä\n\"b"));
    try (SteppedSink stepped = SteppedSink.live(8, encoding(format))) {
      events.forEach(stepped.sink::onEvent);
      stepped.publishAndAcknowledge();
      List<ProducerRecord<byte[], byte[]>> sent = stepped.producer().history();
      assertThat(sent).hasSize(2);
      for (int i = 0; i < 2; i++) {
        RecordBuffer alone = new RecordBuffer();
        encoding(format).append(events.get(i), alone);
        assertThat(new String(sent.get(i).value(), UTF_8)).isEqualTo(alone.toString());
        assertThat(new String(sent.get(i).key(), UTF_8)).isEqualTo("1:abc=");
        assertThat(sent.get(i).timestamp()).isEqualTo(1_795_222_923_123L);
        assertThat(headers(sent.get(i)))
            .containsExactly(
                "content-type=" + CONTENT_TYPES.get(format),
                "ce_specversion=1.0",
                "ce_type=io.sluice.request.v1",
                "ce_source=/sensors/here",
                "sluice-format=" + format.configName(),
                "sluice-sensor=here",
                "ce_id=" + events.get(i).id(),
                "ce_time=2026-11-21T01:02:03.123456Z");
        if (CONTENT_TYPES.get(format).endsWith("json")) {
          assertThat(JsonMapper.shared().readTree(sent.get(i).value()).isObject()).isTrue();
        }
      }
      assertThat(stepped.count(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(2);
    }
  }

  /** They are Avro and our jobs' alone; a reader of text would stumble over them. */
  @Test
  void noHeartbeatAndNoEndOfAReplayIsAmongThem() throws IOException {
    try (SteppedSink live = SteppedSink.live(8, encoding(EncodingFormat.ECS))) {
      live.sink.heartbeat(1_000_000_000L);
      live.sink.onEvent(Events.withTarget("/a"));
      live.sink.heartbeat(2_000_000_000L);
      live.publishAndAcknowledge();
      assertThat(live.producer().history()).hasSize(1);
      assertThat(live.count(SinkCounter.HEARTBEATS_FAILED)).isZero();
    }
    Replay replay = new Replay("file:0", "a1", "x.pcap");
    try (SteppedSink replaying = SteppedSink.replaying(replay, encoding(EncodingFormat.JSON))) {
      replaying.sink.onEvent(Events.withTarget("/a"));
      replaying.publishAndAcknowledge();
      replaying.sink.endReplay(Duration.ZERO);
      ProducerRecord<byte[], byte[]> only = replaying.producer().history().getFirst();
      assertThat(replaying.producer().history()).hasSize(1);
      assertThat(headers(only)).contains("sluice-run=file:0", "sluice-attempt=a1");
      assertThat(JsonMapper.shared().readTree(only.value()).path("file").asString())
          .isEqualTo("x.pcap");
    }
  }

  @Test
  void theyWaitInTheSpoolAndAreRefusedAsOthersAre() throws IOException {
    try (SteppedSink before = SteppedSink.spooling(folder, encoding(EncodingFormat.CEF))) {
      before.sink.onEvent(Events.withTarget("/1"));
      before.sink.onEvent(Events.withTarget("/2"));
      before.pass(Duration.ofSeconds(2));
      before.publish();
      assertThat(before.count(SinkCounter.EVENTS_SPOOLED)).isEqualTo(2);
    }
    // Their topic's readers don't expect the others: nothing is sent, nothing forgotten.
    assertThatThrownBy(() -> SteppedSink.spooling(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot use the spool in "
                + folder
                + ": events wait there in the format cef, not avro; collect as before until"
                + " EVENTS_SPOOLED is 0, or give another folder");
    try (SteppedSink after = SteppedSink.spooling(folder, encoding(EncodingFormat.CEF))) {
      assertThat(after.count(SinkCounter.EVENTS_CARRIED_OVER)).isEqualTo(2);
      after.connect();
      after.publish();
      after.answer(null);
      after.publish();
      after.answer(new RecordTooLargeException("large"));
      after.publishAndAcknowledge();
      assertThat(after.ids(SteppedSink.TOPIC)).containsExactly("id-/1", "id-/2");
      ProducerRecord<byte[], byte[]> letter = after.producer().history().getLast();
      assertThat(letter.topic()).isEqualTo(SteppedSink.TOPIC + ".dlq");
      assertThat(headers(letter))
          .contains("content-type=text/plain; charset=utf-8", "sluice-format=cef");
      assertThat(new String(letter.value(), UTF_8)).startsWith("CEF:0|").contains("/2");
      assertThat(after.count(SinkCounter.DEAD_LETTERS_ACKNOWLEDGED)).isEqualTo(1);
      assertThat(after.ledger.inFlight()).isZero();
    }
    try (SteppedSink emptied = SteppedSink.spooling(folder)) {
      assertThat(emptied.count(SinkCounter.EVENTS_CARRIED_OVER)).isZero();
    }
  }

  private static EventEncoding encoding(EncodingFormat format) {
    return format.create(new EncodingOptions("here", "1.0"));
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }
}
