package io.sluice.schemas;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The keys of {@code instance.properties}, which the jobs, the query service and {@code sluice up}
 * share: each reads its own, and refuses a file with a key that is nobody's. The operations guide
 * explains each.
 */
public final class InstanceKeys {
  /** What follows it is a property of Kafka's own clients. */
  public static final String KAFKA_CLIENT = "kafka.client.";

  public static final Set<String> OF_JOBS =
      Set.of(
          "bounds.groups",
          "bounds.held",
          "bounds.hosts",
          "bounds.ids",
          "bounds.templates",
          "bounds.total.values",
          "bounds.values",
          "bundle.rows",
          "bundle.wait.ms",
          "checkpoint.interval.ms",
          "event.ahead.seconds",
          "jobs",
          "kafka.bootstrap",
          "kafka.group",
          "kafka.topic.health",
          "kafka.topic.late",
          "kafka.topic.malformed",
          "kafka.topic.requests",
          "kafka.topic.statistics",
          "kafka.transaction.prefix",
          "kafka.transaction.timeout.ms",
          "paths",
          "replay.abandon.hours",
          "store.batch.rows",
          "store.flush.ms",
          "store.password",
          "store.retry.ms",
          "store.url",
          "store.user",
          "watermark.ahead.ms",
          "watermark.behind.ms",
          "watermark.idle.ms",
          "watermark.sensors",
          "watermark.silent.ms",
          "watermark.spread.ms",
          "window.lateness.seconds",
          "window.seconds");

  public static final Set<String> OF_QUERY =
      Set.of(
          "query.names",
          "query.tls.certificate",
          "query.tls.key",
          "query.token",
          "query.url",
          "store.daily.days",
          "store.days",
          "store.hourly.days",
          "store.mib",
          "store.password",
          "store.reader.password",
          "store.reader.user",
          "store.requests.hours",
          "store.requests.mib",
          "store.url",
          "store.user");

  /** What nobody but {@code sluice up} and the commands beside it read. */
  public static final Set<String> OF_UP =
      Set.of(
          "collector.metrics",
          "collector.socket",
          "disk.mib",
          "flink.rest",
          "flink.rpc",
          "id",
          "kafka.controller",
          "sensor");

  private InstanceKeys() {}

  /** Whether it is a setting of the jobs. */
  public static boolean isOfJobs(String key) {
    return OF_JOBS.contains(key)
        || key.startsWith(KAFKA_CLIENT) && key.length() > KAFKA_CLIENT.length();
  }

  /** What is wrong with a file that has these keys, in one line; nothing where each is known. */
  public static Optional<String> fault(Path file, Collection<String> keys) {
    Set<String> unknown =
        keys.stream()
            .filter(key -> !isOfJobs(key) && !OF_QUERY.contains(key) && !OF_UP.contains(key))
            .collect(Collectors.toCollection(TreeSet::new));
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "cannot read "
                + file
                + ": "
                + unknown.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "))
                + (unknown.size() == 1
                    ? " is no setting; correct or remove it"
                    : " are no settings; correct or remove them")
                + " (deploy/OPERATIONS.md lists all)");
  }
}
