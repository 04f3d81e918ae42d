package io.sluice.collector.command;

import io.sluice.collector.sink.KafkaSettings;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of the Kafka client. */
final class KafkaMixin {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = KafkaSettings.DEFAULT_BOOTSTRAP,
      description = "Kafka's bootstrap servers (default: ${DEFAULT-VALUE}).")
  private String bootstrap;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      defaultValue = KafkaSettings.DEFAULT_TOPIC,
      description = "Topic of the events (default: ${DEFAULT-VALUE}).")
  private String topic;

  @Option(
      names = "--kafka-property",
      paramLabel = "KEY=VALUE",
      description = "Property of the Kafka client (TLS, SASL, ...), untouched; may be repeated.")
  private Map<String, String> properties = Map.of();

  KafkaSettings toSettings() {
    return new KafkaSettings(bootstrap, topic, KafkaSettings.DEFAULT_QUEUE_CAPACITY, properties);
  }
}
