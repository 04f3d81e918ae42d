package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.Result;
import io.sluice.schemas.GroupStatistics;
import io.sluice.schemas.HostStatistics;
import io.sluice.schemas.Ranked;
import io.sluice.schemas.RankedValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/** A row as Avro single-object encoding, keyed by the row's key. Its timestamp is the send time. */
public final class StatisticsSerializer implements KafkaRecordSerializationSchema<Result> {
  private static final long serialVersionUID = 1;

  private final String topic;

  public StatisticsSerializer(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Result result, KafkaSinkContext context, Long timestampMs) {
    return result.group() == null
        ? record(
            result.host().key(),
            Headers.HOST_STATISTICS,
            HostStatistics.getEncoder(),
            host(result.host()))
        : record(
            result.group().key(),
            Headers.GROUP_STATISTICS,
            GroupStatistics.getEncoder(),
            group(result.group()));
  }

  private <T> ProducerRecord<byte[], byte[]> record(
      String key, String type, BinaryMessageEncoder<T> encoder, T value) {
    try {
      ByteBuffer bytes = encoder.encode(value);
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return new ProducerRecord<>(
          topic,
          null,
          null,
          key.getBytes(UTF_8),
          array,
          List.of(
              new RecordHeader(Headers.CONTENT_TYPE, Headers.AVRO.getBytes(UTF_8)),
              new RecordHeader(Headers.TYPE, type.getBytes(UTF_8))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GroupStatistics group(GroupRow row) {
    Place place = row.place();
    return GroupStatistics.newBuilder()
        .setRun(place.run())
        .setAttempt(place.attempt())
        .setWindowStart(Instant.ofEpochMilli(place.window().startMs()))
        .setWindowSeconds(place.windowSeconds())
        .setSensor(row.group().sensor())
        .setHost(place.window().host())
        .setPath(row.group().path())
        .setMethod(row.group().method())
        .setStatusClass(row.group().statusClass())
        .setRequests(row.sums().requests)
        .setErrors(row.sums().errors)
        .setTruncated(row.sums().truncated)
        .setRequestBytes(row.sums().requestBytes)
        .setResponseBytes(row.sums().responseBytes)
        .setLatencyCount(row.sums().latencyCount)
        .setLatencySumUs(row.sums().latencySumUs)
        .setDurationSumUs(row.sums().durationSumUs)
        .build();
  }

  static HostStatistics host(HostRow row) {
    Place place = row.place();
    return HostStatistics.newBuilder()
        .setRun(place.run())
        .setAttempt(place.attempt())
        .setWindowStart(Instant.ofEpochMilli(place.window().startMs()))
        .setWindowSeconds(place.windowSeconds())
        .setHost(place.window().isOfAllHosts() ? null : place.window().host())
        .setRequests(row.sums().requests)
        .setErrors(row.sums().errors)
        .setTruncated(row.sums().truncated)
        .setRequestBytes(row.sums().requestBytes)
        .setResponseBytes(row.sums().responseBytes)
        .setLatencyCount(row.sums().latencyCount)
        .setLatencySumUs(row.sums().latencySumUs)
        .setDurationSumUs(row.sums().durationSumUs)
        .setLatencySketch(ByteBuffer.wrap(row.latencySketch()))
        .setDurationSketch(ByteBuffer.wrap(row.durationSketch()))
        .setClientSketch(ByteBuffer.wrap(row.clientSketch()))
        .setPaths(ranked(row, Ranking.PATH))
        .setTemplates(ranked(row, Ranking.TEMPLATE))
        .setClients(ranked(row, Ranking.CLIENT))
        .setUserAgents(ranked(row, Ranking.USER_AGENT))
        .setReferrers(ranked(row, Ranking.REFERRER))
        .setMethods(ranked(row, Ranking.METHOD))
        .setStatuses(ranked(row, Ranking.STATUS))
        .build();
  }

  private static Ranked ranked(HostRow row, Ranking ranking) {
    Frequent frequent = row.frequent()[ranking.ordinal()];
    List<RankedValue> values = new ArrayList<>(frequent.values.length);
    for (int i = 0; i < frequent.values.length; i++) {
      values.add(
          RankedValue.newBuilder()
              .setValue(frequent.values[i])
              .setRequests(frequent.counts[i])
              .build());
    }
    return Ranked.newBuilder().setValues(values).setError(frequent.error).build();
  }
}
