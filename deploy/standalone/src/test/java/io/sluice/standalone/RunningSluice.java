package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.standalone.runit.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Drives the launcher as a person does, on a data folder of its own. */
final class RunningSluice {
  private static final Duration UP_LIMIT = Duration.ofMinutes(6);
  private static final Duration QUERY_LIMIT = Duration.ofSeconds(60);

  /** Of every module there is here what {@code mvn package} has left. */
  static final Path CLONE = Path.of("").toAbsolutePath().resolve("../..").normalize();

  final DataDir dir;
  private final Path output;

  RunningSluice(Path folder) {
    dir = DataDir.of(folder);
    output = folder.resolveSibling(folder.getFileName() + ".out");
  }

  static void assumeCanRun() {
    for (String program : List.of("runsvdir", "svlogd", "setpriv", "ip", "flock")) {
      assumeTrue(Command.find(program) != null, "SKIPPED LOUDLY: there is no " + program + " here");
    }
    for (String jar :
        List.of(
            "collector/target/sluice-collector.jar",
            "stream-jobs/jobs/target/sluice-jobs.jar",
            "stream-jobs/query/target/sluice-query.jar",
            "deploy/standalone/target/sluice-standalone.jar")) {
      assumeTrue(Files.exists(CLONE.resolve(jar)), "SKIPPED LOUDLY: " + jar + " is not built");
    }
  }

  static void assumeRoot() {
    assumeTrue(Privileges.isRoot(), "SKIPPED LOUDLY: the demo's namespaces need root");
  }

  /** Starts the launcher; its output goes to a file beside the data folder. */
  Process start(String... arguments) throws IOException {
    final List<String> command = new ArrayList<>(List.of(CLONE.resolve("sluice").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data-dir", dir.root().toString()));
    final ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().put("SLUICE_SKIP_BUILD", "1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("SUDO_UID");
    return builder.start();
  }

  /** Runs the launcher to its end, and returns what it printed. */
  String run(int status, String... arguments) throws IOException, InterruptedException {
    return finish(status, start(arguments));
  }

  String finish(int status, Process process) throws IOException, InterruptedException {
    final boolean ended =
        process.waitFor(UP_LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    final String text = Files.readString(output);
    assertThat(ended).as("it ended; it printed:%n%s", text).isTrue();
    assertThat(process.exitValue()).as("exit status; it printed:%n%s", text).isEqualTo(status);
    return text;
  }

  /** Requests by host, as {@code sluice query hosts --json} answers now. */
  Map<String, Long> hosts() {
    return requests(List.of("host"), "hosts");
  }

  /**
   * Requests by the values of some columns, one behind the other, as {@code sluice query --json}
   * answers now; none where it can't.
   */
  Map<String, Long> requests(List<String> columns, String... question) {
    final List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "SLUICE_SKIP_BUILD=1",
                "JAVA_HOME=" + System.getProperty("java.home"),
                CLONE.resolve("sluice").toString(),
                "query"));
    command.addAll(List.of(question));
    command.addAll(List.of("--json", "--data-dir", dir.root().toString()));
    final Command.Result result = Command.run(QUERY_LIMIT, command);
    final Map<String, Long> requests = new TreeMap<>();
    if (result.ok()) {
      for (JsonNode row : new ObjectMapper().readTree(result.output())) {
        final String name =
            columns.stream().map(c -> row.path(c).asString()).collect(Collectors.joining());
        requests.put(name, row.path("requests").asLong());
      }
    }
    return requests;
  }

  long pid(String service) {
    return new Supervisor(dir)
        .states().stream()
            .filter(state -> state.name().equals(service))
            .mapToLong(Supervisor.State::pid)
            .findFirst()
            .orElse(0);
  }

  void kill(String service) {
    final long pid = pid(service);
    assertThat(pid).as("pid of " + service).isPositive();
    assertThat(
            Command.run(Duration.ofSeconds(5), "kill", "-s", "KILL", String.valueOf(pid)).output())
        .isEmpty();
  }

  /** Nothing of the instance is left but its folder. */
  void assertNothingLeft(String id) {
    assertThat(new Leftovers(dir, id).find()).isEmpty();
    assertThat(new Stack(dir).isRunning()).isFalse();
    assertThat(Command.run(Duration.ofSeconds(5), "ip", "netns", "list").output())
        .doesNotContain(id);
    assertThat(dir.run()).doesNotExist();
  }

  void awaitHosts(Map<String, Long> expected, Duration limit) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (!hosts().equals(expected) && System.nanoTime() - deadline < 0) {
      pause(Duration.ofMillis(200));
    }
    assertThat(hosts()).isEqualTo(expected);
  }

  static void await(String what, Duration limit, BooleanSupplier condition) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("awaiting " + what).isNegative();
      pause(Duration.ofMillis(200));
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
