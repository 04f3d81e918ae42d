package io.sluice.collector.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.testing.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit that we ship, under a systemd of the test's own, while the broker is away. */
class SystemdLongIT {
  private static final Path SYSTEMD = Path.of("/lib/systemd/systemd");
  private static final String UNIT = "sluice-collector";
  private static final long PATIENCE_S = 90;

  @TempDir Path folder;

  private Process outer;

  @Test
  void startsWatchesReloadsAndLosesNothingToTheWatchdog() throws Exception {
    assumeTrue(Files.isExecutable(SYSTEMD), "SKIPPED LOUDLY: there is no systemd");
    assumeTrue(
        Files.readString(Path.of("/proc/filesystems")).contains("cgroup2"),
        "SKIPPED LOUDLY: the kernel has no cgroup v2, which systemd is started with");
    Path repository = Path.of("").toAbsolutePath().getParent();
    assertThat(repository.resolve("deploy/systemd/sluice-collector.service")).exists();
    try (Wire wire = Wire.make();
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      start(repository, wire);
      try {
        await("active", () -> systemctl("is-active", UNIT), "active"::equals);
        assertThat(property("StatusText")).isEqualTo("collecting from " + Wire.INTERFACE);
        String first = property("MainPID");
        String status = inside("cat", "/proc/" + first + "/status");
        assertThat(status).containsPattern("CapEff:\\s+0+\n").containsPattern("NoNewPrivs:\\s+1\n");

        for (int i = 0; i < 3; i++) {
          Talk.open(40_000 + i, 1000, 5000)
              .client("GET /unit HTTP/1.1\r\nHost: a.example\r\n\r\n")
              .server("HTTP/1.1 204 No Content\r\n\r\n")
              .packets()
              .forEach(packet -> sender.send(packet.frame()));
        }
        await("spool", this::ledger, ledger -> ledger.contains(" spooled=3 "));
        assertThat(ledger()).contains("offered=3 written=3 ");

        systemctl("reload", UNIT);
        await("reload", this::journal, journal -> journal.contains("reloaded: "));
        assertThat(property("MainPID")).isEqualTo(first);

        inside("kill", "-STOP", first);
        await("watchdog", () -> property("NRestarts"), "1"::equals);
        await("active again", () -> systemctl("is-active", UNIT), "active"::equals);
        assertThat(property("MainPID")).isNotEqualTo(first);
        assertThat(ledger()).contains("emitted_and_carried_over=3 ").contains(" spooled=3 ");

        systemctl("stop", UNIT);
        assertThat(property("Result")).isEqualTo("success");
      } finally {
        end();
      }
    }
  }

  private void start(Path repository, Wire wire) throws IOException {
    Path script = folder.resolve("systemd.sh");
    try (var source = SystemdLongIT.class.getResourceAsStream("systemd.sh")) {
      Files.copy(source, script);
    }
    outer =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                wire.serverNamespace(),
                "unshare",
                "--fork",
                "--kill-child",
                "--pid",
                "--mount",
                "--uts",
                "--ipc",
                "--cgroup",
                "--mount-proc",
                "sh",
                script.toString(),
                repository.toString(),
                Files.createDirectory(folder.resolve("upper")).toString(),
                Wire.INTERFACE)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
  }

  /** All that runs in the namespace of its processes ends with their first. */
  private void end() throws IOException, InterruptedException {
    outer.children().forEach(ProcessHandle::destroyForcibly);
    outer.destroyForcibly().waitFor();
  }

  private String ledger() throws IOException, InterruptedException {
    return inside("/opt/sluice/sluice", "ledger", "--control-socket", "/run/sluice/collector.sock");
  }

  private String journal() throws IOException, InterruptedException {
    return inside("journalctl", "--no-pager", "--unit", UNIT);
  }

  private String property(String name) throws IOException, InterruptedException {
    return systemctl("show", UNIT, "--value", "--property", name);
  }

  private String systemctl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("systemctl"));
    command.addAll(List.of(arguments));
    return inside(command.toArray(String[]::new)).strip();
  }

  /** What the command says that is run beside systemd, whatever its exit status. */
  private String inside(String... command) throws IOException, InterruptedException {
    assertThat(outer.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
    List<ProcessHandle> children = outer.children().toList();
    if (children.isEmpty()) {
      return "";
    }
    List<String> line = new ArrayList<>(List.of("nsenter", "--all", "--target"));
    line.add(Long.toString(children.getFirst().pid()));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("SLUICE_SKIP_BUILD", "1");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said;
  }

  private interface Question {
    String ask() throws Exception;
  }

  private void await(String what, Question question, Predicate<String> holds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    String answer = question.ask();
    while (!holds.test(answer)) {
      assertThat(System.nanoTime() - deadline)
          .as("waited for %s: %s%n%s", what, answer, journal())
          .isNegative();
      Thread.sleep(250);
      answer = question.ask();
    }
  }
}
