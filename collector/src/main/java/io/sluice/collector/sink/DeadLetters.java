package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * What is sent in the place of an event that is refused for good: its key, the start of its value,
 * its headers, and in more of them where it was to go, who says so, and why not.
 */
final class DeadLetters {
  private static final int MAX_VALUE_BYTES = 1 << 16;
  private static final int MAX_MESSAGE_CHARS = 500;

  private DeadLetters() {}

  static String topic(String events) {
    return events + ".dlq";
  }

  static ProducerRecord<byte[], byte[]> of(
      ProducerRecord<byte[], byte[]> event, SinkCounter reason, Exception failure) {
    List<Header> headers = new ArrayList<>(Arrays.asList(event.headers().toArray()));
    headers.add(header("sluice-origin-topic", event.topic()));
    headers.add(header("sluice-stage", "publish"));
    headers.add(header("sluice-reason", reason.name()));
    String message = failure.toString();
    headers.add(
        header(
            "sluice-message", message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARS))));
    byte[] value = event.value();
    if (value.length > MAX_VALUE_BYTES) {
      headers.add(header("sluice-value-bytes", String.valueOf(value.length)));
      value = Arrays.copyOf(value, MAX_VALUE_BYTES);
    }
    // Stamped anew: a time that was refused there would be refused here.
    return new ProducerRecord<>(topic(event.topic()), null, null, event.key(), value, headers);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
