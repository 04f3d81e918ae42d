package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.collector.encoding.IsoTime;
import io.sluice.collector.event.RequestEvent;
import io.sluice.schemas.Heartbeat;
import io.sluice.schemas.ReplayEnd;
import io.sluice.schemas.SchemaHistory;
import io.sluice.schemas.SensorHealth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Makes the records of the events' topic: events in its format, and what else there is in Avro's
 * single-object encoding; CloudEvents' attributes in headers (binary mode of its Kafka binding), a
 * key that is never null. One thread.
 */
public final class KafkaRecords {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long NS_PER_MS = 1_000_000L;
  private static final long MAX_AHEAD_MS = 1_000;

  /** Names the format of an event where it is not the one that the jobs read. */
  private static final String FORMAT_HEADER = "sluice-format";

  private final BinaryMessageEncoder<Heartbeat> heartbeats = Heartbeat.getEncoder();
  private final BinaryMessageEncoder<ReplayEnd> replayEnds = ReplayEnd.getEncoder();
  private final BinaryMessageEncoder<SensorHealth> healths = SensorHealth.getEncoder();
  private final String topic;
  private final String sensor;
  private final Replay replay;
  private final TopicFormat format;
  private final List<Header> eventHeaders;
  private final List<Header> heartbeatHeaders;
  private final List<Header> replayEndHeaders;
  private final List<Header> healthHeaders;
  private final IsoTime time = new IsoTime();
  private final Clock clock;
  private long timesClamped;

  /**
   * Of Avro.
   *
   * @param replay null for live events
   */
  public KafkaRecords(String topic, String sensor, Replay replay, Clock clock) {
    this(topic, sensor, replay, TopicFormat.avro(sensor), clock);
  }

  /**
   * @param replay null for live events
   * @param format of events, for this object alone
   */
  KafkaRecords(String topic, String sensor, Replay replay, TopicFormat format, Clock clock) {
    this.clock = clock;
    this.format = format;
    if (replay != null) {
      format.captureFile(replay.file());
    }
    this.topic = topic;
    this.sensor = sensor;
    this.replay = replay;
    eventHeaders = eventHeaders();
    heartbeatHeaders = headers("io.sluice.heartbeat.v1", Heartbeat.getClassSchema());
    replayEndHeaders = headers("io.sluice.replay-end.v1", ReplayEnd.getClassSchema());
    healthHeaders = headers("io.sluice.sensor-health.v1", SensorHealth.getClassSchema());
  }

  String topic() {
    return topic;
  }

  /** Only then are heartbeats and ends of replays among the events: they are for our jobs. */
  boolean areForJobs() {
    return format.name().equals(TopicFormat.AVRO);
  }

  /** The name of the encoding that a record of an event is in. */
  static String format(Headers headers) {
    Header format = headers.lastHeader(FORMAT_HEADER);
    return format == null ? TopicFormat.AVRO : new String(format.value(), UTF_8);
  }

  /**
   * Keyed by flow. Stamped with the event's own time; a replayed one, of any age, with the
   * sending's. A broker refuses times far ahead of its clock: those are stamped with ours.
   */
  public ProducerRecord<byte[], byte[]> event(RequestEvent event) {
    Long timestampMs = replay == null ? clamp(event.timestampNs() / NS_PER_MS) : null;
    byte[] key = event.flow().communityId().getBytes(UTF_8);
    byte[] id = event.id().getBytes(UTF_8);
    return new ProducerRecord<>(
        topic,
        null,
        timestampMs,
        key,
        format.encode(event, id, key),
        own(eventHeaders, id, event.timestampNs()));
  }

  public ProducerRecord<byte[], byte[]> heartbeat(int partition, long timeNs) {
    byte[] value = encode(heartbeats, new Heartbeat(sensor, instant(timeNs)));
    return new ProducerRecord<>(
        topic,
        partition,
        clamp(timeNs / NS_PER_MS),
        sensor.getBytes(UTF_8),
        value,
        own(heartbeatHeaders, (timeNs + "-" + partition).getBytes(UTF_8), timeNs));
  }

  ProducerRecord<byte[], byte[]> replayEnd(long sent) {
    byte[] value =
        encode(replayEnds, new ReplayEnd(replay.run(), replay.attempt(), replay.file(), sent));
    return new ProducerRecord<>(
        topic,
        null,
        null,
        replay.run().getBytes(UTF_8),
        value,
        own(replayEndHeaders, replay.attempt().getBytes(UTF_8), nowNs()));
  }

  /** Keyed by sensor, so that the records of one stay in order. */
  ProducerRecord<byte[], byte[]> health(SensorHealth health) {
    Instant end = health.getToTime();
    return new ProducerRecord<>(
        topic,
        null,
        end.toEpochMilli(),
        sensor.getBytes(UTF_8),
        encode(healths, health),
        own(
            healthHeaders,
            (health.getRun() + "-" + health.getSequence()).getBytes(UTF_8),
            end.getEpochSecond() * NS_PER_SECOND + end.getNano()));
  }

  /** Events so far whose packet's time lay ahead of the clock. */
  long timesClamped() {
    return timesClamped;
  }

  private long clamp(long timeMs) {
    long now = clock.millis();
    if (timeMs <= now + MAX_AHEAD_MS) {
      return timeMs;
    }
    timesClamped++;
    return now;
  }

  private List<Header> eventHeaders() {
    List<Header> schemaAndFormat = new ArrayList<>();
    if (format.isAvro()) {
      schemaAndFormat.add(schemaHeader(io.sluice.schemas.RequestEvent.getClassSchema()));
    }
    if (!areForJobs()) {
      schemaAndFormat.add(header(FORMAT_HEADER, format.name()));
    }
    return headers("io.sluice.request.v1", format.contentType(), schemaAndFormat);
  }

  private List<Header> headers(String type, Schema schema) {
    return headers(type, "application/avro", List.of(schemaHeader(schema)));
  }

  private static Header schemaHeader(Schema schema) {
    return header("sluice-schema", SchemaHistory.text(SchemaHistory.fingerprint(schema)));
  }

  /** Those of every record of its kind. */
  private List<Header> headers(String type, String contentType, List<Header> schemaAndFormat) {
    List<Header> headers = new ArrayList<>();
    headers.add(header("content-type", contentType));
    headers.add(header("ce_specversion", "1.0"));
    headers.add(header("ce_type", type));
    // A reference may not hold what a sensor's name may.
    headers.add(
        header("ce_source", "/sensors/" + URLEncoder.encode(sensor, UTF_8).replace("+", "%20")));
    headers.addAll(schemaAndFormat);
    headers.add(header("sluice-sensor", sensor));
    if (replay != null) {
      headers.add(header("sluice-run", replay.run()));
      headers.add(header("sluice-attempt", replay.attempt()));
    }
    return List.copyOf(headers);
  }

  /** With those of the record alone. */
  private List<Header> own(List<Header> ofKind, byte[] id, long timeNs) {
    List<Header> headers = new ArrayList<>(ofKind.size() + 2);
    headers.addAll(ofKind);
    headers.add(new RecordHeader("ce_id", id));
    headers.add(new RecordHeader("ce_time", time.toBytes(timeNs)));
    return headers;
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static long nowNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NS_PER_SECOND + now.getNano();
  }

  private static Instant instant(long nanoseconds) {
    return Instant.ofEpochSecond(nanoseconds / NS_PER_SECOND, nanoseconds % NS_PER_SECOND);
  }

  private static <T> byte[] encode(BinaryMessageEncoder<T> encoder, T record) {
    try {
      ByteBuffer encoded = encoder.encode(record);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
