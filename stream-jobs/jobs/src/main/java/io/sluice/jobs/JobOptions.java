package io.sluice.jobs;

import io.sluice.jobs.functions.Bounds;
import io.sluice.jobs.store.StoreOptions;
import io.sluice.jobs.time.EventTimeOptions;
import io.sluice.jobs.time.Levels;
import io.sluice.jobs.time.Windows;
import io.sluice.schemas.InstanceKeys;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/**
 * The jobs' settings: one file of properties ({@code --config FILE}), then {@code --KEY VALUE}
 * arguments over it. The file may be shared with the query service and {@code sluice up}: what is
 * theirs is left to them. The operations guide explains each key.
 */
public final class JobOptions {
  /** Fixed for ever: it is part of every savepoint. */
  public static final int MAX_PARALLELISM = 128;

  /** Properties of Kafka's clients that the jobs set, and the settings that they take them from. */
  private static final Map<String, String> SET_BY_THE_JOBS =
      Map.of(
          "bootstrap.servers", "kafka.bootstrap",
          "group.id", "kafka.group",
          "transactional.id", "kafka.transaction.prefix",
          "transaction.timeout.ms", "kafka.transaction.timeout.ms");

  private final Properties properties;

  public JobOptions(Properties properties) {
    this.properties = properties;
  }

  public static JobOptions parse(String... args) throws IOException {
    Properties arguments = new Properties();
    // Two dashes alone divide a launcher's own options from the job's; some launchers pass them on.
    int first = args.length > 0 && args[0].equals("--") ? 1 : 0;
    for (int i = first; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "cannot read arguments: '" + args[i] + "' is no pair; give --KEY VALUE");
      }
      String key = args[i].substring(2);
      if (!key.equals("config") && !InstanceKeys.isOfJobs(key)) {
        throw new IllegalArgumentException(
            "cannot read arguments: setting '"
                + key
                + "' is unknown; deploy/OPERATIONS.md lists all");
      }
      arguments.setProperty(key, args[i + 1]);
    }
    Properties all = new Properties();
    String file = (String) arguments.remove("config");
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        all.load(reader);
      } catch (IOException e) {
        throw new IOException(
            "cannot read configuration " + file + ": " + e + "; give a readable --config FILE", e);
      }
      Optional<String> fault = InstanceKeys.fault(Path.of(file), all.stringPropertyNames());
      if (fault.isPresent()) {
        throw new IllegalArgumentException(fault.get());
      }
    }
    all.putAll(arguments);
    return new JobOptions(all);
  }

  public String bootstrap() {
    return text("kafka.bootstrap", "127.0.0.1:19092");
  }

  /**
   * How every client of Kafka reaches the brokers: consumers, producers and admins alike. Holds
   * secrets.
   */
  public Properties kafkaClient() {
    Properties client = new Properties();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(InstanceKeys.KAFKA_CLIENT)) {
        String name = key.substring(InstanceKeys.KAFKA_CLIENT.length());
        String own = SET_BY_THE_JOBS.get(name);
        if (own != null) {
          throw new IllegalArgumentException(
              "cannot read setting " + key + ": the jobs set it themselves; give " + own);
        }
        client.setProperty(name, properties.getProperty(key));
      }
    }
    client.setProperty("bootstrap.servers", bootstrap());
    return client;
  }

  public String group() {
    return text("kafka.group", "sluice-request-statistics");
  }

  public String requestsTopic() {
    return text("kafka.topic.requests", "http.requests.v1");
  }

  public String statisticsTopic() {
    return text("kafka.topic.statistics", "http.stats.v2");
  }

  public String malformedTopic() {
    return text("kafka.topic.malformed", "http.requests.v1.dlq");
  }

  public String healthTopic() {
    return text("kafka.topic.health", "sensor.health.v1");
  }

  public String lateTopic() {
    return text("kafka.topic.late", "http.late.v1");
  }

  public String transactionPrefix() {
    return text("kafka.transaction.prefix", "sluice-request-statistics");
  }

  public long transactionTimeoutMs() {
    return number("kafka.transaction.timeout.ms", 600_000);
  }

  public StoreOptions store() {
    return new StoreOptions(
        text("store.url", "jdbc:postgresql://127.0.0.1:15432/sluice"),
        text("store.user", "sluice"),
        text("store.password", ""),
        (int) number("store.batch.rows", 500),
        number("store.flush.ms", 200),
        number("store.retry.ms", 20_000));
  }

  /** Names of the jobs to start. */
  public List<String> jobs() {
    return List.of(text("jobs", "request-statistics,request-log,sensor-health").split("\\s*,\\s*"));
  }

  public Levels levels() {
    return new Levels(
        new Windows(
            number("window.seconds", 10) * 1000, number("window.lateness.seconds", 300) * 1000));
  }

  public int bundleRows() {
    return (int) number("bundle.rows", 100_000);
  }

  public long bundleWaitMs() {
    return number("bundle.wait.ms", 5000);
  }

  public Bounds bounds() {
    return new Bounds(
        (int) number("bounds.hosts", 10_000),
        (int) number("bounds.templates", 500),
        (int) number("bounds.groups", 2000),
        (int) number("bounds.values", 200),
        (int) number("bounds.total.values", 1000),
        (int) number("bounds.held", 50_000));
  }

  public boolean pathTemplates() {
    String paths = text("paths", "template");
    if (!paths.equals("plain") && !paths.equals("template")) {
      throw new IllegalArgumentException(
          "cannot read setting paths: '" + paths + "' is unknown; give plain or template");
    }
    return paths.equals("template");
  }

  public long maxAheadMs() {
    return number("event.ahead.seconds", 300) * 1000;
  }

  public int maxIds() {
    return (int) number("bounds.ids", 3_000_000);
  }

  public long abandonAfterMs() {
    return Duration.ofHours(number("replay.abandon.hours", 24)).toMillis();
  }

  public EventTimeOptions eventTime() {
    return new EventTimeOptions(
        number("watermark.behind.ms", 1000),
        number("watermark.silent.ms", 30_000),
        number("watermark.idle.ms", 10_000),
        number("watermark.ahead.ms", 10_000),
        number("watermark.spread.ms", 600_000),
        (int) number("watermark.sensors", 1000));
  }

  /** What the job needs of Flink wherever it runs; the rest is the cluster's. */
  public Configuration flink() {
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    // Records are immutable or handed over: nothing is copied between chained operators.
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    flink.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL,
        Duration.ofMillis(number("checkpoint.interval.ms", 5000)));
    flink.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    flink.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    // Failed checkpoints do no harm while the broker or the store is away.
    flink.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 1000);
    // No limit: the job outlives any time without its broker or store.
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofMillis(500));
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofSeconds(5));
    flink.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        Duration.ofSeconds(60));
    return flink;
  }

  private String text(String key, String otherwise) {
    return properties.getProperty(key, otherwise).strip();
  }

  private long number(String key, long otherwise) {
    String value = properties.getProperty(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.strip().matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "cannot read setting " + key + ": '" + value + "' is no number; give 0 to 999999999");
    }
    return Long.parseLong(value.strip());
  }
}
