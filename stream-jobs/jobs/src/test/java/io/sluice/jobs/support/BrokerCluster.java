package io.sluice.jobs.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/** Three brokers as processes of their own, each of them a controller too. */
public final class BrokerCluster implements AutoCloseable {
  private static final int NODES = 3;

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
    for (int node = 0; node < NODES; node++) {
      writeSettings(node);
      LocalBroker.format(data(node), cluster, node + 1, List.of());
    }
    try {
      for (int node = 0; node < NODES; node++) {
        start(node);
      }
      awaitNodes(NODES);
      LocalBroker.createTopics(client(), (short) NODES);
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
    BrokerProcess.write(directory, "broker" + node, settings);
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
    processes[node] = BrokerProcess.start(directory, "broker" + node);
  }

  /** Without a farewell. */
  public void kill(int node) throws InterruptedException {
    processes[node].destroyForcibly().waitFor();
  }

  /** Waits until that many are there. */
  public void awaitNodes(int nodes) throws IOException, InterruptedException {
    BrokerProcess.await(client(), nodes, directory);
  }

  private Map<String, String> client() {
    return Map.of("bootstrap.servers", bootstrap());
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
