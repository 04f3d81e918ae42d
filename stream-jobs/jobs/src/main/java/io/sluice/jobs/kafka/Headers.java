package io.sluice.jobs.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Names and values of record headers; all values are UTF-8. */
final class Headers {
  static final String TYPE = "ce_type";
  static final String CONTENT_TYPE = "content-type";
  static final String SENSOR = "sluice-sensor";
  static final String RUN = "sluice-run";
  static final String ATTEMPT = "sluice-attempt";

  static final String ORIGIN_TOPIC = "sluice-origin-topic";
  static final String ORIGIN_PARTITION = "sluice-origin-partition";
  static final String ORIGIN_OFFSET = "sluice-origin-offset";
  static final String REASON = "sluice-reason";
  static final String MESSAGE = "sluice-message";

  /** Set where the value was cut: how long it was. */
  static final String VALUE_BYTES = "sluice-value-bytes";

  static final String AVRO = "application/avro";
  static final String REQUEST = "io.sluice.request.v1";
  static final String HEARTBEAT = "io.sluice.heartbeat.v1";
  static final String REPLAY_END = "io.sluice.replay-end.v1";
  static final String GROUP_STATISTICS = "io.sluice.group-statistics.v1";
  static final String HOST_STATISTICS = "io.sluice.host-statistics.v1";

  /** Longer values are cut: no header of ours is. */
  private static final int MAX_BYTES = 256;

  private Headers() {}

  /** The last header of that name as text, or null. */
  static String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null || header.value() == null) {
      return null;
    }
    byte[] value = header.value();
    return Text.clean(
        new String(value, 0, Math.min(value.length, MAX_BYTES), StandardCharsets.UTF_8), MAX_BYTES);
  }
}
