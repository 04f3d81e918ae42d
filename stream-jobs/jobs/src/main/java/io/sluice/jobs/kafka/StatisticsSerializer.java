package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.jobs.records.StatisticsRow;
import io.sluice.schemas.Dimension;
import io.sluice.schemas.RequestStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/** A row as Avro single-object encoding, keyed by the row's key. Its timestamp is the send time. */
public final class StatisticsSerializer implements KafkaRecordSerializationSchema<StatisticsRow> {
  private static final long serialVersionUID = 1;

  private static final Dimension[] DIMENSIONS = Dimension.values();

  private final String topic;

  public StatisticsSerializer(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      StatisticsRow row, KafkaSinkContext context, Long timestampMs) {
    return new ProducerRecord<>(
        topic,
        null,
        null,
        row.key().getBytes(UTF_8),
        encode(row),
        List.of(
            new RecordHeader(Headers.CONTENT_TYPE, Headers.AVRO.getBytes(UTF_8)),
            new RecordHeader(Headers.TYPE, Headers.STATISTICS.getBytes(UTF_8))));
  }

  static byte[] encode(StatisticsRow row) {
    RequestStatistics statistics =
        RequestStatistics.newBuilder()
            .setRun(row.run())
            .setAttempt(row.attempt())
            .setDimension(DIMENSIONS[row.group().dimension()])
            .setWindowStart(Instant.ofEpochMilli(row.window().startMs()))
            .setWindowSeconds(row.windowSeconds())
            .setHost(row.window().host())
            .setMethod(row.group().method())
            .setStatusClass(row.group().statusClass())
            .setValue(row.group().value())
            .setRequests(row.requests())
            .setErrors(row.errors())
            .setRequestBytes(row.requestBytes())
            .setResponseBytes(row.responseBytes())
            .setLatencyCount(row.latencyCount())
            .setLatencySumUs(row.latencySumUs())
            .setLatencySketch(ByteBuffer.wrap(row.sketch()))
            .build();
    try {
      ByteBuffer bytes = RequestStatistics.getEncoder().encode(statistics);
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
