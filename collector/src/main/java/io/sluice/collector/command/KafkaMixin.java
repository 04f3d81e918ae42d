package io.sluice.collector.command;

import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.PlainText;
import io.sluice.collector.sink.SpoolOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of the Kafka client. */
final class KafkaMixin {
  private static final long MAX_SPOOL_MIB = 1 << 24;

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
  private long spoolMib;

  @Option(
      names = "--spool-fsync",
      paramLabel = "WHEN",
      defaultValue = "interval",
      description = "never, interval (each second) or each (default: ${DEFAULT-VALUE}).")
  private String spoolFsync;

  @Option(
      names = "--spool-full",
      paramLabel = "WHAT",
      defaultValue = "drop-oldest",
      description = "drop-oldest or drop-newest (default: ${DEFAULT-VALUE}).")
  private String spoolFull;

  KafkaSettings toSettings() {
    return new KafkaSettings(
        bootstrap, topic, KafkaSettings.DEFAULT_QUEUE_CAPACITY, properties, toSpoolOptions());
  }

  private SpoolOptions toSpoolOptions() {
    if (spool == null) {
      return null;
    }
    if (spoolMib < SpoolOptions.LEAST_BYTES >> 20 || spoolMib > MAX_SPOOL_MIB) {
      throw new CommandFailure(
          "cannot use --spool-mib %d: give %d to %d"
              .formatted(spoolMib, SpoolOptions.LEAST_BYTES >> 20, MAX_SPOOL_MIB));
    }
    return new SpoolOptions(
        spool,
        spoolMib << 20,
        choice("--spool-fsync", spoolFsync, SpoolOptions.Fsync.class),
        choice("--spool-full", spoolFull, SpoolOptions.WhenFull.class));
  }

  private static <E extends Enum<E>> E choice(String option, String text, Class<E> type) {
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return constant;
      }
      known.add(name);
    }
    throw new CommandFailure(
        "cannot use %s %s: give %s"
            .formatted(option, PlainText.of(text), String.join(" or ", known)));
  }
}
