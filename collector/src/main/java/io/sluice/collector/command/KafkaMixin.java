package io.sluice.collector.command;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.SpoolOptions;
import io.sluice.collector.sink.TopicFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of the Kafka client. */
final class KafkaMixin implements Checked {
  private static final long MAX_SPOOL_MIB = 1 << 24;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

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
      names = "--topic-format",
      paramLabel = "FORMAT",
      defaultValue = TopicFormat.AVRO,
      description = {
        "How events are written to the topic: avro, which sluice's jobs read, or, on a topic of its",
        "own, avro-registry, json, tsv, ecs, ocsf, zeek, combined or cef (default:",
        "${DEFAULT-VALUE})."
      })
  @Allowed(
      values = {
        TopicFormat.AVRO,
        TopicFormat.AVRO_REGISTRY,
        "json",
        "tsv",
        "ecs",
        "ocsf",
        "zeek",
        "combined",
        "cef"
      })
  private String topicFormat;

  @Option(
      names = "--topic-schema-id",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Number of the events' schema in a registry, for avro-registry; 0 is none (default:",
        "${DEFAULT-VALUE})."
      })
  @Allowed(least = 0, most = Integer.MAX_VALUE)
  private int topicSchemaId;

  @Option(
      names = "--kafka-property",
      paramLabel = "KEY=VALUE",
      description = "Property of the Kafka client (TLS, SASL, ...), untouched; may be repeated.")
  private Map<String, String> properties = Map.of();

  @Option(
      names = "--spool",
      paramLabel = "DIR",
      description = "Folder in which events wait while the broker is slow or away (default: none).")
  private Path spool;

  @Option(
      names = "--spool-mib",
      paramLabel = "N",
      defaultValue = "1024",
      description = "How much of the disk the spool may use (default: ${DEFAULT-VALUE}).")
  @Allowed(least = SpoolOptions.LEAST_BYTES >> 20, most = MAX_SPOOL_MIB)
  private long spoolMib;

  @Option(
      names = "--spool-fsync",
      paramLabel = "WHEN",
      defaultValue = "interval",
      description = "never, interval (each second) or each (default: ${DEFAULT-VALUE}).")
  @Allowed(values = {"never", "interval", "each"})
  private String spoolFsync;

  @Option(
      names = "--spool-full",
      paramLabel = "WHAT",
      defaultValue = "drop-oldest",
      description = "drop-oldest or drop-newest (default: ${DEFAULT-VALUE}).")
  @Allowed(values = {"drop-oldest", "drop-newest"})
  private String spoolFull;

  @Override
  public List<Runnable> checks() {
    return List.of(this::requireTopicOfItsOwn, this::requireSchemaIdForRegistry);
  }

  private void requireTopicOfItsOwn() {
    if (isForOthers() && topic.equals(KafkaSettings.DEFAULT_TOPIC)) {
      throw new CommandFailure(
          "cannot use --topic-format %s: sluice's jobs read %s, as avro; give events in it a --topic of their own"
              .formatted(topicFormat, topic));
    }
  }

  private void requireSchemaIdForRegistry() {
    boolean isOfRegistry = topicFormat.equals(TopicFormat.AVRO_REGISTRY);
    if (isOfRegistry && topicSchemaId == 0) {
      throw new CommandFailure(
          "cannot use --topic-format avro-registry: records carry the schema's number; give it as --topic-schema-id");
    }
    if (!isOfRegistry && topicSchemaId != 0) {
      throw new CommandFailure(
          "cannot use --topic-schema-id %d: events as %s carry no number; leave it away, or give --topic-format avro-registry"
              .formatted(topicSchemaId, topicFormat));
    }
  }

  /** What is no format at all is refused elsewhere. */
  private boolean isForOthers() {
    return isText() || topicFormat.equals(TopicFormat.AVRO_REGISTRY);
  }

  private boolean isText() {
    return Arrays.stream(EncodingFormat.values())
        .anyMatch(format -> format.configName().equals(topicFormat));
  }

  private Function<String, TopicFormat> formats() {
    if (isText()) {
      EncodingFormat format = EncodingFormat.of(topicFormat);
      return sensor -> TopicFormat.text(format.create(new EncodingOptions(sensor, Version.text())));
    }
    int schemaId = topicSchemaId;
    return schemaId == 0 ? TopicFormat::avro : sensor -> TopicFormat.registryAvro(sensor, schemaId);
  }

  KafkaSettings toSettings() {
    return new KafkaSettings(
        bootstrap,
        topic,
        KafkaSettings.DEFAULT_QUEUE_CAPACITY,
        clientProperties(),
        toSpoolOptions(),
        formats());
  }

  /** Those of the configuration and, over them, those of the command line. */
  private Map<String, String> clientProperties() {
    Map<String, String> all = new LinkedHashMap<>();
    if (spec.defaultValueProvider() instanceof ConfiguredDefaults defaults) {
      all.putAll(defaults.kafkaProperties());
    }
    all.putAll(properties);
    return all;
  }

  private SpoolOptions toSpoolOptions() {
    if (spool == null) {
      return null;
    }
    return new SpoolOptions(
        spool,
        spoolMib << 20,
        constant(SpoolOptions.Fsync.class, spoolFsync),
        constant(SpoolOptions.WhenFull.class, spoolFull));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
