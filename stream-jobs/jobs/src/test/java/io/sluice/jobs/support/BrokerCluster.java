package io.sluice.jobs.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** Three brokers as processes of their own, each of them a controller too. */
public final class BrokerCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final long START_LIMIT_NS = TimeUnit.MINUTES.toNanos(2);

  private final Path directory;
  private final int[] ports = new int[NODES];
  private final int[] controllerPorts = new int[NODES];
  private final Process[] processes = new Process[NODES];

  /**
   * @param directory for logs and data
   */
  public BrokerCluster(Path directory) throws Exception {
    this.directory = directory;
    for (int node = 0; node < NODES; node++) {
      ports[node] = LocalBroker.freePort();
      controllerPorts[node] = LocalBroker.freePort();
    }
    String cluster = Uuid.randomUuid().toString();
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("log4j2.properties"),
        """
        rootLogger.level = WARN
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
        """);
    for (int node = 0; node < NODES; node++) {
      writeSettings(node);
      LocalBroker.format(data(node), cluster, node + 1);
    }
    try {
      for (int node = 0; node < NODES; node++) {
        start(node);
      }
      awaitNodes(NODES);
      LocalBroker.createTopics(bootstrap(), (short) NODES);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private void writeSettings(int node) throws IOException {
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("node.id", String.valueOf(node + 1));
    settings.put("process.roles", "broker,controller");
    settings.put(
        "controller.quorum.voters",
        IntStream.range(0, NODES)
            .mapToObj(other -> (other + 1) + "@127.0.0.1:" + controllerPorts[other])
            .collect(Collectors.joining(",")));
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:"
            + ports[node]
            + ",CONTROLLER://127.0.0.1:"
            + controllerPorts[node]);
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + ports[node]);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", data(node).toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("min.insync.replicas", "2");
    settings.put("offsets.topic.replication.factor", "3");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.replication.factor", "3");
    settings.put("transaction.state.log.min.isr", "2");
    settings.put("transaction.state.log.num.partitions", "3");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    Files.writeString(
        directory.resolve("broker" + node + ".properties"),
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  private Path data(int node) {
    return directory.resolve("data" + node);
  }

  public String bootstrap() {
    return IntStream.of(ports)
        .mapToObj(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  public void start(int node) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Jdks.current().toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dlog4j2.configurationFile=" + directory.resolve("log4j2.properties"),
                "-cp",
                // The test runner's own, which may hide it behind one jar.
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "kafka.Kafka",
                directory.resolve("broker" + node + ".properties").toString()));
    processes[node] =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    directory.resolve("broker" + node + ".log").toFile()))
            .start();
  }

  /** Without a farewell. */
  public void kill(int node) throws InterruptedException {
    processes[node].destroyForcibly().waitFor();
  }

  /** Waits until that many are there. */
  public void awaitNodes(int nodes) throws IOException, InterruptedException {
    long began = System.nanoTime();
    try (Admin admin =
        Admin.create(
            java.util.Map.of(
                "bootstrap.servers",
                bootstrap(),
                "default.api.timeout.ms",
                "5000",
                "request.timeout.ms",
                "2000"))) {
      while (System.nanoTime() - began < START_LIMIT_NS) {
        try {
          if (admin.describeCluster().nodes().get().size() >= nodes) {
            return;
          }
        } catch (ExecutionException e) {
          // Not yet.
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
    throw new IOException("the brokers did not come up; see the logs in " + directory);
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      if (process != null) {
        process.destroyForcibly().waitFor();
      }
    }
  }
}
