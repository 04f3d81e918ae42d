package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.jobs.records.ByteWriter;
import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Sums;
import io.sluice.schemas.GroupStatistics;
import io.sluice.schemas.HostStatistics;
import io.sluice.schemas.SchemaHistory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A row as Avro single-object encoding, keyed by the row's key. Its timestamp is the send time. The
 * fields are written in the order of the schema (Avro 1.12, Binary Encoding): numbers and texts are
 * there as {@link ByteWriter} writes them.
 */
public final class StatisticsSerializer implements KafkaRecordSerializationSchema<Result> {
  private static final long serialVersionUID = 1;

  private static final byte[] GROUP = marker(GroupStatistics.SCHEMA$);
  private static final byte[] HOST = marker(HostStatistics.SCHEMA$);

  private final String topic;

  private transient ByteWriter out;
  private transient List<Header> groupHeaders;
  private transient List<Header> hostHeaders;

  public StatisticsSerializer(String topic) {
    this.topic = topic;
  }

  /** What a record of this schema begins with (Avro 1.12, Single-object encoding). */
  private static byte[] marker(Schema schema) {
    return ByteBuffer.allocate(10)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 1)
        .putLong(SchemaHistory.fingerprint(schema))
        .array();
  }

  @Override
  public void open(
      SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
    open();
  }

  void open() {
    out = new ByteWriter();
    groupHeaders = headers(Headers.GROUP_STATISTICS);
    hostHeaders = headers(Headers.HOST_STATISTICS);
  }

  private static List<Header> headers(String type) {
    return List.of(
        new RecordHeader(Headers.CONTENT_TYPE, Headers.AVRO.getBytes(UTF_8)),
        new RecordHeader(Headers.TYPE, type.getBytes(UTF_8)));
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Result result, KafkaSinkContext context, Long timestampMs) {
    return result.group() == null
        ? record(result.host().key(), bytes(result.host()), hostHeaders)
        : record(result.group().key(), bytes(result.group()), groupHeaders);
  }

  private ProducerRecord<byte[], byte[]> record(String key, byte[] value, List<Header> headers) {
    return new ProducerRecord<>(topic, null, null, key.getBytes(UTF_8), value, headers);
  }

  byte[] bytes(GroupRow row) {
    out.append(GROUP);
    write(row.place());
    out.text(row.group().sensor());
    out.text(row.place().window().host());
    out.text(row.group().path());
    out.text(row.group().method());
    out.number(row.group().statusClass());
    write(row.sums());
    return out.take();
  }

  byte[] bytes(HostRow row) {
    out.append(HOST);
    write(row.place());
    // A union is the number of its branch, then the value.
    out.flag(!row.place().window().isOfAllHosts());
    if (!row.place().window().isOfAllHosts()) {
      out.text(row.place().window().host());
    }
    write(row.sums());
    out.bytes(row.latencySketch());
    out.bytes(row.durationSketch());
    out.bytes(row.clientSketch());
    // The schema has them in the order of the rankings.
    for (Frequent frequent : row.frequent()) {
      write(frequent);
    }
    return out.take();
  }

  private void write(Place place) {
    out.text(place.run());
    out.text(place.attempt());
    out.number(place.window().startMs());
    out.number(place.windowSeconds());
  }

  private void write(Sums sums) {
    out.number(sums.requests);
    out.number(sums.errors);
    out.number(sums.truncated);
    out.number(sums.requestBytes);
    out.number(sums.responseBytes);
    out.number(sums.latencyCount);
    out.number(sums.latencySumUs);
    out.number(sums.durationSumUs);
  }

  /** An array is a block of its items behind their number, and a block of none. */
  private void write(Frequent frequent) {
    if (frequent.values.length > 0) {
      out.number(frequent.values.length);
      for (int i = 0; i < frequent.values.length; i++) {
        out.text(frequent.values[i]);
        out.number(frequent.counts[i]);
      }
    }
    out.number(0);
    out.number(frequent.error);
  }
}
