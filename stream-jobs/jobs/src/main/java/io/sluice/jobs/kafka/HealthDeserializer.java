package io.sluice.jobs.kafka;

import io.sluice.jobs.records.HealthRecord;
import io.sluice.jobs.records.Origin;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.SensorHealthRow;
import io.sluice.schemas.LedgerLine;
import io.sluice.schemas.SchemaHistory;
import io.sluice.schemas.SensorHealth;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the health of sensors. Gives exactly one element for each record and never throws: what
 * can't be read is an element too.
 */
public final class HealthDeserializer implements KafkaRecordDeserializationSchema<HealthRecord> {
  private static final long serialVersionUID = 1;

  /** Stages of a collector are six, ways out of them some dozens. */
  private static final int MAX_LINES = 64;

  private static final int MAX_WAYS = 1024;
  private static final int MAX_NAME_BYTES = 128;
  private static final int MAX_TEXT_BYTES = 1024;

  private transient BinaryMessageDecoder<SensorHealth> decoder;

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    AvroSetup.apply();
    decoder = SensorHealth.createDecoder(SchemaHistory.INSTANCE);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<HealthRecord> out) {
    out.collect(read(record));
  }

  HealthRecord read(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() == null) {
        throw new IOException("no value");
      }
      return new HealthRecord(row(decoder.decode(record.value(), null)), null);
    } catch (IOException | RuntimeException e) {
      return new HealthRecord(
          null,
          new RawRecord(
              new Origin(record.topic(), record.partition(), record.offset()),
              record.timestamp(),
              record.key(),
              record.value(),
              Headers.text(record, Headers.TYPE),
              Headers.text(record, Headers.SENSOR),
              e.getClass().getName(),
              Text.clean(e.getMessage(), MAX_TEXT_BYTES)));
    }
  }

  private static SensorHealthRow row(SensorHealth health) throws IOException {
    List<LedgerLine> lines = health.getLedger();
    int ways = lines.stream().mapToInt(line -> line.getWentOut().size()).sum();
    if (lines.size() > MAX_LINES || ways > MAX_WAYS || health.getSequence() < 0) {
      throw new IOException("a ledger of %d stages and %d ways".formatted(lines.size(), ways));
    }
    List<String> wayStages = new ArrayList<>();
    List<String> wayNames = new ArrayList<>();
    List<Long> amounts = new ArrayList<>();
    for (LedgerLine line : lines) {
      for (Map.Entry<String, Long> way : new TreeMap<>(line.getWentOut()).entrySet()) {
        wayStages.add(name(line.getStage()));
        wayNames.add(name(way.getKey()));
        amounts.add(way.getValue());
      }
    }
    return new SensorHealthRow(
        Text.clean(health.getSensor(), RequestReader.MAX_SENSOR_BYTES),
        name(health.getRun()),
        health.getSequence(),
        micros(health.getFromTime()),
        micros(health.getToTime()),
        health.getLast(),
        Text.clean(health.getSource(), MAX_TEXT_BYTES),
        name(health.getVersion()),
        lines.stream().map(line -> name(line.getStage())).toArray(String[]::new),
        lines.stream().map(line -> name(line.getUnit())).toArray(String[]::new),
        lines.stream().map(line -> name(line.getInput())).toArray(String[]::new),
        lines.stream().mapToLong(LedgerLine::getCameIn).toArray(),
        lines.stream().mapToLong(LedgerLine::getPending).toArray(),
        wayStages.toArray(String[]::new),
        wayNames.toArray(String[]::new),
        amounts.stream().mapToLong(Long::longValue).toArray());
  }

  /** A time that no row could hold is not believed. */
  private static long micros(Instant time) throws IOException {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.parse("9999-01-01T00:00:00Z"))) {
      throw new IOException("a time of " + time);
    }
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static String name(String text) {
    return Text.clean(text, MAX_NAME_BYTES);
  }

  @Override
  public TypeInformation<HealthRecord> getProducedType() {
    return TypeInformation.of(HealthRecord.class);
  }
}
