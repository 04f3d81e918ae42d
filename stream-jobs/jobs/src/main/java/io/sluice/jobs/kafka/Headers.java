package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Texts;
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

  /**
   * What the headers of a record of the request topic say, read once for all of them; of two with
   * one name the last. Not for several threads.
   */
  static final class Reader {
    private final Texts texts = new Texts(text -> Text.clean(text, MAX_BYTES));

    /** Each null where it is missing. */
    String type;

    String sensor;
    String run;
    String attempt;

    void read(ConsumerRecord<byte[], byte[]> record) {
      type = null;
      sensor = null;
      run = null;
      attempt = null;
      for (Header header : record.headers()) {
        String key = header.key();
        // Not by a switch: each name is a new text, whose hash nobody has computed yet.
        if (key.equals(TYPE)) {
          type = text(header.value());
        } else if (key.equals(SENSOR)) {
          sensor = text(header.value());
        } else if (key.equals(RUN)) {
          run = text(header.value());
        } else if (key.equals(ATTEMPT)) {
          attempt = text(header.value());
        }
      }
    }

    private String text(byte[] value) {
      return value == null ? null : texts.of(value, 0, Math.min(value.length, MAX_BYTES));
    }
  }
}
