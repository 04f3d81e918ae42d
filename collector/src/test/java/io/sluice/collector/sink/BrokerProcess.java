package io.sluice.collector.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real broker in a process of its own, which can be killed and started again. */
public final class BrokerProcess implements AutoCloseable {
  public static final String TOPIC = "http.requests.v1";
  public static final int PARTITIONS = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 4;

  private final Path folder;
  private final Path log;
  private final List<String> settings;

  /** The same at each attempt: a folder that was formatted for another is refused. */
  private final String clusterId = Uuid.randomUuid().toString();

  private String bootstrap;
  private Process process;

  public BrokerProcess(Path folder) throws Exception {
    this(folder, folder.resolve("log"), List.of());
  }

  /**
   * @param log where its topics are
   * @param settings lines of its configuration beside our own
   */
  BrokerProcess(Path folder, Path log, List<String> settings) throws Exception {
    this.folder = folder;
    this.log = log;
    this.settings = settings;
    int attempt = 1;
    while (!startAndCreateTopics()) {
      kill();
      assertThat(attempt++)
          .as("the broker does not answer; its last words: %s", lastWords())
          .isLessThan(ATTEMPTS);
    }
  }

  /** False if the broker died or does not answer: its ports may be taken by now. */
  private boolean startAndCreateTopics() throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    bootstrap = "127.0.0.1:" + port;
    List<String> lines = new ArrayList<>(settings);
    lines.addAll(
        List.of(
            "node.id=1",
            "process.roles=broker,controller",
            "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
            "listeners=PLAINTEXT://" + bootstrap + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners=PLAINTEXT://" + bootstrap,
            "controller.listener.names=CONTROLLER",
            "log.dirs=" + log,
            "offsets.topic.replication.factor=1",
            "auto.create.topics.enable=false",
            // A killed broker's registration is waited for otherwise.
            "broker.session.timeout.ms=2000",
            "broker.heartbeat.interval.ms=500"));
    Files.write(folder.resolve("server.properties"), lines);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setClusterId(clusterId)
        .setNodeId(1)
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(log.toString())
        .addDirectory(log.toString())
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .run();
    start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (isAlive() && System.nanoTime() - deadline < 0) {
      // A client that met the broker before it was registered may never look again.
      try (Admin admin =
          Admin.create(
              Map.of(
                  "bootstrap.servers", bootstrap,
                  "request.timeout.ms", 5_000,
                  "default.api.timeout.ms", 10_000))) {
        for (KafkaFuture<Void> created :
            admin
                .createTopics(
                    List.of(
                        new NewTopic(TOPIC, PARTITIONS, (short) 1),
                        new NewTopic(TOPIC + ".dlq", 1, (short) 1),
                        new NewTopic(HealthPublisher.TOPIC, 1, (short) 1),
                        new NewTopic(SchemaPublisher.TOPIC, 1, (short) 1)
                            .configs(Map.of("cleanup.policy", "compact"))))
                .values()
                .values()) {
          awaitCreated(created);
        }
        return true;
      } catch (TimeoutException e) {
        // Not up yet.
      }
    }
    return false;
  }

  private static void awaitCreated(KafkaFuture<Void> created) throws InterruptedException {
    try {
      created.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException timeout) {
        throw timeout;
      }
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new AssertionError(e.getCause());
      }
    }
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("broker.out"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  public String bootstrap() {
    return bootstrap;
  }

  public void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "kafka.Kafka",
                folder.resolve("server.properties").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("broker.out").toFile())
            .start();
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As a crash does: without a word. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
