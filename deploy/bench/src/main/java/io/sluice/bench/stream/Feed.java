package io.sluice.bench.stream;

import io.sluice.bench.Problem;
import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.sink.KafkaRecords;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts generated events into the topic, as a collector writes them, and into an access log. */
final class Feed {
  static final String TOPIC = "http.requests.v1";
  private static final String SENSOR = "bench";
  private static final long NS_PER_MS = 1_000_000L;

  private Feed() {}

  /**
   * All events, then a heartbeat that closes every window of them.
   *
   * @param accessLog null for none
   * @param each called with the maker as it was for each event, and whether it is sent again
   * @param closeAfterMs how long after the start the heartbeat's time is
   * @return records in the topic
   */
  static long write(
      String bootstrap,
      Shape shape,
      long startMs,
      Path accessLog,
      BiConsumer<EventMaker, Boolean> each,
      long closeAfterMs)
      throws IOException {
    EventMaker maker = new EventMaker(shape, startMs);
    KafkaRecords records = new KafkaRecords(TOPIC, SENSOR, null, Clock.systemUTC());
    AtomicReference<Exception> failure = new AtomicReference<>();
    long sent = 0;
    long made = 0;
    EventEncoding encoding = EncodingFormat.COMBINED.create(new EncodingOptions(SENSOR, "bench"));
    try (KafkaProducer<byte[], byte[]> producer = producer(bootstrap);
        OutputStream log =
            accessLog == null
                ? OutputStream.nullOutputStream()
                : new BufferedOutputStream(Files.newOutputStream(accessLog), 1 << 20)) {
      RecordBuffer line = new RecordBuffer();
      for (RequestEvent event = maker.next(); event != null; event = maker.next()) {
        boolean again = shape.duplicateEvery() > 0 && made++ % shape.duplicateEvery() == 0;
        each.accept(maker, again);
        for (int i = again ? 2 : 1; i > 0; i--) {
          send(producer, records.event(event), failure);
          sent++;
        }
        if (accessLog != null) {
          line.clear();
          encoding.append(event, line);
          line.write('\n');
          line.writeTo(log);
        }
      }
      producer.flush();
      long endNs = (startMs + closeAfterMs) * NS_PER_MS;
      int partitions = producer.partitionsFor(TOPIC).size();
      for (int partition = 0; partition < partitions; partition++) {
        send(producer, records.heartbeat(partition, endNs), failure);
        sent++;
      }
    }
    if (failure.get() != null) {
      throw new Problem("cannot fill the topic: " + failure.get() + "; look into the broker's log");
    }
    return sent;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      ProducerRecord<byte[], byte[]> record,
      AtomicReference<Exception> failure) {
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrap);
    properties.setProperty("linger.ms", "20");
    properties.setProperty("batch.size", "262144");
    properties.setProperty("compression.type", "lz4");
    properties.setProperty("acks", "all");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
