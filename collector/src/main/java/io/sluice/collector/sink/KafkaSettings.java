package io.sluice.collector.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How the collector talks to Kafka.
 *
 * @param bootstrap {@code host:port[,host:port...]}
 * @param topic of the events
 * @param queueCapacity events between the workers and the publisher; a power of two
 * @param clientProperties the Kafka client's own, which win over ours
 * @param spool null for none; events then wait in memory alone
 * @param formats how a sensor's events are written to the topic, new for each thread
 */
public record KafkaSettings(
    String bootstrap,
    String topic,
    int queueCapacity,
    Map<String, String> clientProperties,
    SpoolOptions spool,
    Function<String, TopicFormat> formats) {
  public static final String DEFAULT_BOOTSTRAP = "127.0.0.1:19092";
  public static final String DEFAULT_TOPIC = "http.requests.v1";
  public static final int DEFAULT_QUEUE_CAPACITY = 1 << 16;

  /** Never: a producer goes on behind a record that it gave up, out of order. We give up first. */
  private static final int DELIVERY_TIMEOUT_MS = Integer.MAX_VALUE;

  /** The publisher's patience in one attempt; it then looks at its orders and tries again. */
  private static final int MAX_BLOCK_MS = 250;

  /** Of Avro. */
  public KafkaSettings(
      String bootstrap,
      String topic,
      int queueCapacity,
      Map<String, String> clientProperties,
      SpoolOptions spool) {
    this(bootstrap, topic, queueCapacity, clientProperties, spool, TopicFormat::avro);
  }

  /** The same with another spool. */
  public KafkaSettings withSpool(SpoolOptions other) {
    return new KafkaSettings(bootstrap, topic, queueCapacity, clientProperties, other, formats);
  }

  /** For a few records beside the events, which may take their time. */
  Map<String, Object> schemaProducerProperties(String sensor) {
    return sideProducerProperties("sluice-schemas-" + sensor, sensor);
  }

  /** For a record now and then. */
  Map<String, Object> healthProducerProperties(String sensor) {
    return sideProducerProperties("sluice-health-" + sensor, sensor);
  }

  private Map<String, Object> sideProducerProperties(String clientId, String sensor) {
    Map<String, Object> properties = producerProperties(sensor);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1L << 20);
    return properties;
  }

  /** Of the producer of events. */
  public Map<String, Object> producerProperties(String sensor) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-" + sensor);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 10);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 17);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.putAll(clientProperties);
    return properties;
  }
}
