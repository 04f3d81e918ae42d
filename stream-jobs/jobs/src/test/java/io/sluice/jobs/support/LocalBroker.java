package io.sluice.jobs.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker on free loopback ports, with the topics of the pipeline. */
public final class LocalBroker implements AutoCloseable {
  private final Path directory;
  private final KafkaRaftServer server;
  private final String bootstrap;

  public LocalBroker() throws Exception {
    directory = Files.createTempDirectory("sluice-broker");
    int port = freePort();
    int controllerPort = freePort();
    bootstrap = "127.0.0.1:" + port;
    Properties properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("node.id", "1"),
            Map.entry("process.roles", "broker,controller"),
            Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
            Map.entry(
                "listeners",
                "PLAINTEXT://" + bootstrap + ",CONTROLLER://127.0.0.1:" + controllerPort),
            Map.entry("advertised.listeners", "PLAINTEXT://" + bootstrap),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("log.dirs", directory.resolve("log").toString()),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("auto.create.topics.enable", "false")));
    format(directory.resolve("log"), Uuid.randomUuid().toString(), 1, List.of());
    server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    createTopics(Map.of("bootstrap.servers", bootstrap), (short) 1);
  }

  /**
   * Gives a broker's folder its identity.
   *
   * @param users as {@code kafka-storage format --add-scram} takes them
   */
  static void format(Path log, String cluster, int node, List<String> users) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setPrintStream(new java.io.PrintStream(java.io.OutputStream.nullOutputStream(), false))
        .setClusterId(cluster)
        .setNodeId(node)
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(log.toString())
        .addDirectory(log.toString())
        .setScramArguments(users)
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.run();
  }

  /** Those of the pipeline. */
  static void createTopics(Map<String, String> client, short replicas) throws Exception {
    try (Admin admin = Admin.create(new HashMap<>(client))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("http.requests.v1", 4, replicas),
                  new NewTopic("http.stats.v2", 4, replicas),
                  new NewTopic("http.requests.v1.dlq", 1, replicas),
                  new NewTopic("http.late.v1", 1, replicas),
                  new NewTopic("sensor.health.v1", 1, replicas)))
          .all()
          .get();
    }
  }

  public String bootstrap() {
    return bootstrap;
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    server.shutdown();
    server.awaitShutdown();
    deleteTree(directory);
  }

  public static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
