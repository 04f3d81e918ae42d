package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was ever sent can be read now, and what is sent now by those who know an earlier version.
 */
class SchemaHistoryTest {
  private static final int SAMPLES = 200;

  private static final Map<String, SpecificRecord> PRESENT =
      Map.of(
          "RequestEvent", new RequestEvent(),
          "Heartbeat", new Heartbeat(),
          "ReplayEnd", new ReplayEnd(),
          "RequestStatistics", new RequestStatistics(),
          "GroupStatistics", new GroupStatistics(),
          "HostStatistics", new HostStatistics(),
          "SensorHealth", new SensorHealth());

  static List<String> records() {
    return SchemaHistory.RECORDS;
  }

  @ParameterizedTest
  @MethodSource("records")
  void thePresentVersionIsTheLastOfTheHistory(String record) throws IOException {
    Path source = Path.of("src", "main", "avro", record + ".avsc");
    Schema present = new Schema.Parser(NameValidator.UTF_VALIDATOR).parse(Files.readString(source));
    Schema last = last(SchemaHistory.INSTANCE.versions(record));
    assertThat(last)
        .as("%s has changed: copy it to history/%s/N.avsc, N the next", source, record)
        .isEqualTo(present);
    // What the generated classes send is found by what they send.
    long sent = SchemaHistory.fingerprint(PRESENT.get(record).getSchema());
    assertThat(SchemaHistory.INSTANCE.findByFingerprint(sent)).isEqualTo(last);
  }

  @ParameterizedTest
  @MethodSource("records")
  void eachVersionReadsEachOther(String record) {
    List<Schema> versions = SchemaHistory.INSTANCE.versions(record);
    for (Schema reader : versions) {
      for (Schema writer : versions) {
        var found = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        assertThat(found.getType())
            .as(found.getDescription())
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
    }
  }

  /** Values, not only the rules: each field that both know arrives as it was sent. */
  @ParameterizedTest
  @MethodSource("records")
  void whatWasSentByAnEarlierVersionIsReadNowAndBack(String record) throws IOException {
    List<Schema> versions = SchemaHistory.INSTANCE.versions(record);
    Schema present = last(versions);
    SplittableRandom random = new SplittableRandom(record.hashCode());
    for (Schema earlier : versions) {
      for (int i = 0; i < SAMPLES; i++) {
        GenericRecord old = (GenericRecord) sample(earlier, random);
        GenericRecord readNow = decode(encode(old), present);
        assertSameWhereBothKnow(old, readNow);
        // The classes of the present, as the jobs use them.
        assertThat(decodeSpecific(record, encode(old)).toString()).isNotEmpty();
        GenericRecord fresh = (GenericRecord) sample(present, random);
        assertSameWhereBothKnow(fresh, decode(encode(fresh), earlier));
      }
    }
  }

  private static Schema last(List<Schema> versions) {
    return versions.get(versions.size() - 1);
  }

  private static byte[] encode(GenericRecord value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), value.getSchema())
        .encode(value, out);
    return out.toByteArray();
  }

  private static GenericRecord decode(byte[] bytes, Schema reader) throws IOException {
    return new BinaryMessageDecoder<GenericRecord>(
            GenericData.get(), reader, SchemaHistory.INSTANCE)
        .decode(bytes);
  }

  private static Object decodeSpecific(String record, byte[] bytes) throws IOException {
    return switch (record) {
      case "RequestEvent" -> RequestEvent.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
      case "Heartbeat" -> Heartbeat.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
      case "ReplayEnd" -> ReplayEnd.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
      case "GroupStatistics" -> GroupStatistics.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
      case "HostStatistics" -> HostStatistics.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
      case "SensorHealth" -> SensorHealth.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
      default -> RequestStatistics.createDecoder(SchemaHistory.INSTANCE).decode(bytes);
    };
  }

  private static void assertSameWhereBothKnow(GenericRecord sent, GenericRecord read) {
    for (Schema.Field field : read.getSchema().getFields()) {
      if (sent.getSchema().getField(field.name()) == null) {
        continue;
      }
      Object value = sent.get(field.name());
      if (value instanceof GenericRecord inner) {
        assertSameWhereBothKnow(inner, (GenericRecord) read.get(field.name()));
      } else {
        assertThat(text(read.get(field.name()))).as(field.name()).isEqualTo(text(value));
      }
    }
  }

  /** With the entries of maps in order: they have none of their own. */
  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, String> sorted = new TreeMap<>();
      map.forEach((key, entry) -> sorted.put(String.valueOf(key), text(entry)));
      return sorted.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SchemaHistoryTest::text).toList().toString();
    }
    if (value instanceof GenericRecord inner) {
      return inner.getSchema().getFields().stream()
          .map(field -> field.name() + "=" + text(inner.get(field.name())))
          .toList()
          .toString();
    }
    return String.valueOf(value);
  }

  private static Object sample(Schema schema, SplittableRandom random) {
    return switch (schema.getType()) {
      case RECORD -> {
        GenericRecord value = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          value.put(field.name(), sample(field.schema(), random));
        }
        yield value;
      }
      case UNION -> sample(schema.getTypes().get(random.nextInt(schema.getTypes().size())), random);
      case ARRAY -> {
        List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          values.add(sample(schema.getElementType(), random));
        }
        yield values;
      }
      case MAP -> {
        Map<String, Object> values = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          values.put(text(random), sample(schema.getValueType(), random));
        }
        yield values;
      }
      case STRING -> text(random);
      case BYTES ->
          java.nio.ByteBuffer.wrap(text(random).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case INT -> random.nextInt();
      case LONG ->
          schema.getLogicalType() == null
              ? random.nextLong()
              : Instant.parse("2026-11-21T00:00:00Z").toEpochMilli() * random.nextLong(1, 1_000);
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> random.nextDouble();
      case NULL -> null;
      default -> throw new AssertionError("no sample of " + schema);
    };
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append((char) random.nextInt(0x20, 0x3000));
    }
    return text.toString();
  }
}
