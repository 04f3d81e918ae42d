package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.jobs.records.RawRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A late or malformed record as it came, with headers that say from where and why. Its timestamp is
 * the send time: an old one would be deleted by the topic's retention at once.
 */
public final class RawSerializer implements KafkaRecordSerializationSchema<RawRecord> {
  private static final long serialVersionUID = 1;

  private static final byte[] NO_KEY = "none".getBytes(UTF_8);

  /** With the headers added the record must still fit a request, or the job could never go on. */
  private static final int MAX_VALUE_BYTES = 512 * 1024;

  private static final int MAX_KEY_BYTES = 1024;

  private final String topic;

  public RawSerializer(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      RawRecord raw, KafkaSinkContext context, Long timestampMs) {
    List<Header> headers = new ArrayList<>();
    add(headers, Headers.TYPE, raw.type());
    add(headers, Headers.SENSOR, raw.sensor());
    add(headers, Headers.ORIGIN_TOPIC, raw.origin().topic());
    add(headers, Headers.ORIGIN_PARTITION, Integer.toString(raw.origin().partition()));
    add(headers, Headers.ORIGIN_OFFSET, Long.toString(raw.origin().offset()));
    add(headers, Headers.REASON, raw.reason());
    add(headers, Headers.MESSAGE, raw.message());
    if (raw.value() != null && raw.value().length > MAX_VALUE_BYTES) {
      add(headers, Headers.VALUE_BYTES, Integer.toString(raw.value().length));
    }
    byte[] key = raw.key() == null ? NO_KEY : cut(raw.key(), MAX_KEY_BYTES);
    return new ProducerRecord<>(topic, null, null, key, cut(raw.value(), MAX_VALUE_BYTES), headers);
  }

  private static byte[] cut(byte[] bytes, int max) {
    return bytes == null || bytes.length <= max ? bytes : Arrays.copyOf(bytes, max);
  }

  private static void add(List<Header> headers, String name, String value) {
    if (value != null) {
      headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
    }
  }
}
