package io.sluice.standalone.service;

import io.sluice.standalone.Clone;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.DiskBudget;
import io.sluice.standalone.Instance;
import io.sluice.standalone.Problem;
import io.sluice.standalone.runit.Service;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.metadata.storage.Formatter;

/** The Kafka broker: one node that is its own controller, on loopback only. */
public final class Broker {
  public static final String NAME = "broker";
  private static final int NODE = 1;
  private static final long ADMIN_LIMIT_MS = 5_000;

  private final Instance instance;
  private final DiskBudget budget;

  public Broker(Instance instance, DiskBudget budget) {
    this.instance = instance;
    this.budget = budget;
  }

  public Service service() {
    writeConfiguration();
    format();
    return Service.of(
        NAME,
        Service.Group.PLAIN,
        Map.of(),
        Jvm.command(
            instance,
            Clone.classPath("deploy/standalone", "sluice-standalone"),
            List.of(
                "-Xms128m",
                "-Xmx384m",
                "-Dlog4j2.configurationFile=" + Jvm.logging(instance.dir()),
                "-Dlog4j.configurationFile=" + Jvm.logging(instance.dir())),
            "kafka.Kafka",
            List.of(configuration().toString())));
  }

  private Path configuration() {
    return instance.dir().run().resolve("broker.properties");
  }

  private void writeConfiguration() {
    final StringBuilder text = new StringBuilder();
    settings()
        .forEach((key, value) ->
            text.append(key).append('=').append(value.replace("\\", "\\\\")).append('\n'));
    DataDir.write(configuration(), text.toString(), "rw-------");
  }

  private Map<String, String> settings() {
    final Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE));
    settings.put("controller.quorum.voters", NODE + "@" + instance.get("kafka.controller"));
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners",
        "PLAINTEXT://%s,CONTROLLER://%s"
            .formatted(instance.get("kafka.bootstrap"), instance.get("kafka.controller")));
    settings.put("advertised.listeners", "PLAINTEXT://" + instance.get("kafka.bootstrap"));
    settings.put("log.dirs", instance.dir().kafka().toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // A broker that was killed comes back only when its old registration has expired.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".segment.bytes", String.valueOf(8 * DiskBudget.MIB));
      settings.put(topic + ".num.partitions", "4");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("transaction.max.timeout.ms", "900000");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(8 * DiskBudget.MIB));
    // What is deleted by size is deleted soon after it is too much.
    settings.put("log.retention.check.interval.ms", "15000");
    settings.put("log.segment.delete.delay.ms", "5000");
    settings.put("metadata.log.segment.bytes", String.valueOf(8 * DiskBudget.MIB));
    settings.put("metadata.max.retention.bytes", String.valueOf(16 * DiskBudget.MIB));
    return settings;
  }

  /** Gives the log folder its identity, the first time. */
  private void format() {
    final Path kafka = instance.dir().kafka();
    if (Files.exists(kafka.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .setControllerListenerName("CONTROLLER")
          .addDirectory(kafka.toString())
          .setMetadataLogDirectory(kafka.toString())
          .setPrintStream(new PrintStream(java.io.OutputStream.nullOutputStream()))
          .run();
    } catch (Exception e) {
      throw new Problem(
          "cannot format " + kafka + ": " + e.getMessage() + "; remove the folder", e);
    }
  }

  /** What it waits for, or null when the broker answers and all topics are there. */
  public String awaited() {
    final Properties client = new Properties();
    client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, instance.get("kafka.bootstrap"));
    client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000");
    client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "4000");
    client.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200");
    try (Admin admin = Admin.create(client)) {
      admin.describeCluster().nodes().get(ADMIN_LIMIT_MS, TimeUnit.MILLISECONDS);
      for (Topic topic : Topic.all(budget)) {
        create(admin, topic);
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "an answer";
    } catch (ExecutionException | TimeoutException e) {
      return "an answer";
    }
  }

  private static void create(Admin admin, Topic topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    final Map<String, String> config = new TreeMap<>();
    config.put(TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(topic.segmentBytes()));
    if (topic.compacted()) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    } else {
      config.put(TopicConfig.RETENTION_BYTES_CONFIG, String.valueOf(topic.retentionBytes()));
      config.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    }
    try {
      admin
          .createTopics(
              List.of(new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(config)))
          .all()
          .get(ADMIN_LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
      // The budget may be another one than when the topic was made.
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                  config.entrySet().stream()
                      .map(entry ->
                          new AlterConfigOp(
                              new ConfigEntry(entry.getKey(), entry.getValue()),
                              AlterConfigOp.OpType.SET))
                      .toList()))
          .all()
          .get(ADMIN_LIMIT_MS, TimeUnit.MILLISECONDS);
    }
  }
}
