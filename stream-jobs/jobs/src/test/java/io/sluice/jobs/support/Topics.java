package io.sluice.jobs.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to and reads from a broker's topics. */
public final class Topics implements AutoCloseable {
  private final Map<String, String> client;
  private final KafkaProducer<byte[], byte[]> producer;

  public Topics(String bootstrap) {
    this(Map.of("bootstrap.servers", bootstrap));
  }

  /**
   * @param client how to reach the broker
   */
  public Topics(Map<String, String> client) {
    this.client = client;
    Properties properties = new Properties();
    properties.putAll(client);
    properties.setProperty("linger.ms", "5");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Returns when the broker has them all. */
  public void send(Iterable<ProducerRecord<byte[], byte[]>> records)
      throws InterruptedException, ExecutionException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sent.add(producer.send(record));
    }
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  /** Heartbeats of a sensor to every partition. */
  public void heartbeats(String sensor, long timeMs)
      throws InterruptedException, ExecutionException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      records.add(Events.heartbeat(partition, sensor, timeMs));
    }
    send(records);
  }

  /** Everything that is committed now, oldest first within a partition. */
  public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.setProperty("isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
      return all;
    }
  }

  public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    producer.close();
  }
}
