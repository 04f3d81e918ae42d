package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.Origin;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.Request;
import io.sluice.schemas.Heartbeat;
import io.sluice.schemas.SchemaHistory;
import java.io.IOException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads a record by its {@code ce_type}. Gives exactly one element for each record and never
 * throws: what can't be read is an element too.
 */
public final class IncomingDeserializer implements KafkaRecordDeserializationSchema<Incoming> {
  private static final long serialVersionUID = 1;

  private final boolean templates;

  private transient Headers.Reader headers;
  private transient RequestReader reader;
  private transient BinaryMessageDecoder<Heartbeat> heartbeats;
  private transient BinaryMessageDecoder<io.sluice.schemas.ReplayEnd> ends;

  /**
   * @param templates whether paths become templates, or stay as they are
   */
  public IncomingDeserializer(boolean templates) {
    this.templates = templates;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    AvroSetup.apply();
    headers = new Headers.Reader();
    reader = new RequestReader(templates);
    heartbeats = Heartbeat.createDecoder(SchemaHistory.INSTANCE);
    ends = io.sluice.schemas.ReplayEnd.createDecoder(SchemaHistory.INSTANCE);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Incoming> out) {
    out.collect(read(record));
  }

  Incoming read(ConsumerRecord<byte[], byte[]> record) {
    headers.read(record);
    String type = headers.type;
    if (type == null) {
      return Incoming.malformed(raw(record, null, "no-type", "no header " + Headers.TYPE));
    }
    try {
      return switch (type) {
        case Headers.REQUEST -> request(record, type);
        case Headers.HEARTBEAT -> heartbeat(record);
        case Headers.REPLAY_END -> replayEnd(record);
        default -> Incoming.unknown(raw(record, type, "unknown-type", null));
      };
    } catch (IOException | RuntimeException e) {
      return Incoming.malformed(raw(record, type, e.getClass().getName(), e.getMessage()));
    }
  }

  private Incoming request(ConsumerRecord<byte[], byte[]> record, String type) throws IOException {
    Request request = reader.read(value(record));
    String run = headers.run;
    String attempt = headers.attempt;
    if (run != null && attempt != null) {
      return Incoming.replayed(new ReplayKey(run, attempt), request);
    }
    if (run != null || attempt != null) {
      throw new IOException("a replayed event needs both run and attempt");
    }
    return Incoming.live(reader.sensor(), request, raw(record, type, null, null));
  }

  private Incoming heartbeat(ConsumerRecord<byte[], byte[]> record) throws IOException {
    Heartbeat heartbeat = heartbeats.decode(value(record), null);
    return Incoming.heartbeat(
        Text.clean(heartbeat.getSensor(), RequestReader.MAX_SENSOR_BYTES),
        RequestReader.timeMs(heartbeat.getTime().toEpochMilli()));
  }

  private Incoming replayEnd(ConsumerRecord<byte[], byte[]> record) throws IOException {
    io.sluice.schemas.ReplayEnd end = ends.decode(value(record), null);
    if (end.getEvents() < 0) {
      throw new IOException("a replay of fewer than no events");
    }
    return Incoming.replayEnd(
        new ReplayEnd(
            new ReplayKey(
                Text.clean(end.getRun(), RequestReader.MAX_HOST_BYTES),
                Text.clean(end.getAttempt(), RequestReader.MAX_HOST_BYTES)),
            Text.clean(end.getFile(), RequestReader.MAX_PATH_BYTES),
            end.getEvents()));
  }

  private static byte[] value(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.value() == null) {
      throw new IOException("no value");
    }
    return record.value();
  }

  private RawRecord raw(
      ConsumerRecord<byte[], byte[]> record, String type, String reason, String message) {
    return new RawRecord(
        new Origin(record.topic(), record.partition(), record.offset()),
        record.timestamp(),
        record.key(),
        record.value(),
        type,
        headers.sensor,
        reason,
        Text.clean(message, RequestReader.MAX_PATH_BYTES));
  }

  @Override
  public TypeInformation<Incoming> getProducedType() {
    return TypeInformation.of(Incoming.class);
  }
}
