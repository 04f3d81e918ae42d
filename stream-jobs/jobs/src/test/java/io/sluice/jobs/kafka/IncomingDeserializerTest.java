package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.support.Events;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IncomingDeserializerTest {
  private final IncomingDeserializer deserializer = new IncomingDeserializer(false);

  @BeforeEach
  void open() {
    deserializer.open(null);
  }

  @Test
  void readsALiveRequest() {
    Incoming read =
        read(Events.live(0, Events.event("a", 1_000, "Host.Example", "/p?q", "10.0.0.1", 404)));

    assertThat(read.raw().message()).isNull();
    assertThat(read.kind()).isEqualTo(Incoming.Kind.LIVE);
    assertThat(read.sensor()).isEqualTo("s1");
    assertThat(read.timeMs()).isEqualTo(1_000);
    var request = read.request();
    assertThat(request.text(Request.HOST)).isEqualTo("host.example");
    assertThat(request.text(Request.PATH)).isEqualTo("/p");
    assertThat(request.group().statusClass()).isEqualTo(4);
    assertThat(request.isError()).isTrue();
    assertThat(request.durationUs()).isEqualTo(2000);
    assertThat(request.group().sensor()).isEqualTo("s1");
    assertThat(request.requestBytes()).isEqualTo(110);
    assertThat(request.responseBytes()).isEqualTo(220);
    assertThat(request.latencyUs()).isEqualTo(1000);
    assertThat(read.raw().origin().offset()).isEqualTo(7);
  }

  @Test
  void readsARequestWithoutResponse() {
    var request =
        read(Events.live(0, Events.event("a", 1_000, null, "/", "10.0.0.1", 0))).request();

    assertThat(request.text(Request.HOST)).isEmpty();
    assertThat(request.group().statusClass()).isZero();
    assertThat(request.isError()).isFalse();
    assertThat(request.latencyUs()).isEqualTo(-1);
  }

  @Test
  void readsAReplayedRequestAndItsEnd() {
    Incoming event =
        read(Events.replayed("file:1", "a1", Events.event("a", 1, "h", "/", "10.0.0.1", 200)));
    Incoming end = read(Events.replayEnd("file:1", "a1", 3));

    assertThat(event.kind()).isEqualTo(Incoming.Kind.REPLAYED);
    assertThat(event.replay()).isEqualTo(new ReplayKey("file:1", "a1"));
    assertThat(end.kind()).isEqualTo(Incoming.Kind.REPLAY_END);
    assertThat(end.end().events()).isEqualTo(3);
    assertThat(end.end().key()).isEqualTo(event.replay());
  }

  @Test
  void readsAHeartbeat() {
    Incoming read = read(Events.heartbeat(0, "s2", 5_000));

    assertThat(read.kind()).isEqualTo(Incoming.Kind.HEARTBEAT);
    assertThat(read.sensor()).isEqualTo("s2");
    assertThat(read.timeMs()).isEqualTo(5_000);
  }

  @Test
  void tellsUnknownFromMalformed() {
    ProducerRecord<byte[], byte[]> other = bare(new byte[] {1});
    other.headers().add("ce_type", "io.sluice.other.v9".getBytes(UTF_8));

    assertThat(read(other).kind()).isEqualTo(Incoming.Kind.UNKNOWN);
    assertThat(read(bare(new byte[] {1})).raw().reason()).isEqualTo("no-type");
    Incoming empty = read(Events.typed(bare(null), "io.sluice.request.v1"));
    assertThat(empty.kind()).isEqualTo(Incoming.Kind.MALFORMED);
    assertThat(empty.raw().reason()).isEqualTo("java.io.IOException");
  }

  @Test
  void survivesAnyBytes() {
    byte[] whole = Events.live(0, Events.event("a", 1_000, "h", "/p", "10.0.0.1", 200)).value();
    Random random = new Random(23);
    for (int i = 0; i < 20_000; i++) {
      byte[] value = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int change = random.nextInt(4); change > 0 && value.length > 10; change--) {
        value[10 + random.nextInt(value.length - 10)] = (byte) random.nextInt();
      }
      Incoming read = read(Events.typed(bare(value), "io.sluice.request.v1"));
      assertThat(read.kind()).isIn(Incoming.Kind.LIVE, Incoming.Kind.MALFORMED);
    }
  }

  @Test
  void refusesALengthThatTheRecordDoesNotHave() {
    byte[] whole = Events.live(0, Events.event("a", 1_000, "h", "/p", "10.0.0.1", 200)).value();
    byte[] value = Arrays.copyOf(whole, 16);
    // The length of the id: two gigabytes less nine, as a zigzag varint.
    byte[] length = {(byte) 0xEC, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
    System.arraycopy(length, 0, value, 10, length.length);

    Incoming read = read(Events.typed(bare(value), "io.sluice.request.v1"));

    assertThat(read.kind()).isEqualTo(Incoming.Kind.MALFORMED);
    assertThat(read.raw().message()).contains("a text of 2147483638 bytes");
  }

  private static ProducerRecord<byte[], byte[]> bare(byte[] value) {
    return new ProducerRecord<>(Events.TOPIC, 0, "k".getBytes(UTF_8), value);
  }

  private Incoming read(ProducerRecord<byte[], byte[]> record) {
    return deserializer.read(
        new ConsumerRecord<>(
            record.topic(),
            0,
            7,
            1_000,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }
}
