package io.sluice.jobs.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** A broker as a process of its own: its settings and its log are in a folder, under its name. */
final class BrokerProcess {
  private static final long START_LIMIT_NS = TimeUnit.MINUTES.toNanos(2);

  private BrokerProcess() {}

  static void write(Path directory, String name, Map<String, String> settings) throws IOException {
    Files.writeString(
        directory.resolve(name + ".properties"),
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  static Process start(Path directory, String name) throws IOException {
    Path logging = directory.resolve("log4j2.properties");
    Files.writeString(
        logging,
        """
        rootLogger.level = WARN
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
        """);
    List<String> command =
        List.of(
            Jdks.current().toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Dlog4j2.configurationFile=" + logging,
            "-cp",
            // The test runner's own, which may hide it behind one jar.
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "kafka.Kafka",
            directory.resolve(name + ".properties").toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
        .start();
  }

  /**
   * Waits until that many are there.
   *
   * @param client how to reach them
   * @param directory what a failure's message names
   */
  static void await(Map<String, String> client, int nodes, Path directory)
      throws IOException, InterruptedException {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("default.api.timeout.ms", "5000");
    properties.put("request.timeout.ms", "2000");
    long began = System.nanoTime();
    try (Admin admin = Admin.create(properties)) {
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
}
