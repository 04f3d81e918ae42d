package io.sluice.standalone.runit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runit, with services that are one shell line each. */
class SupervisorIT {
  @TempDir Path folder;
  private DataDir dir;
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    assumeTrue(Command.find("runsvdir") != null, "SKIPPED LOUDLY: runit is not installed");
    dir = DataDir.of(folder.resolve("it's here"));
    dir.create();
    supervisor = new Supervisor(dir);
  }

  @AfterEach
  void stop() {
    if (supervisor != null) {
      supervisor.endSupervisors();
      supervisor.end(List.of("one", "two"), Duration.ofSeconds(10));
    }
  }

  @Test
  void runsAServiceAgainThatWasKilled() {
    final Service service = sleeper("one");
    run(service);
    await(() -> pid("one") > 0);
    final long first = pid("one");

    Command.run(Duration.ofSeconds(5), "kill", "-s", "KILL", String.valueOf(first));

    await(() -> pid("one") != 0 && pid("one") != first);
    assertThat(supervisor.ended("one")).contains(-9);
  }

  @Test
  void leavesAOneShotServiceDownThatEndedByItself() {
    final Service service =
        Service.of("one", Service.Group.PLAIN, Map.of("WORD", "a b"), List.of("sh", "-c", "exit 3"))
            .once();
    run(service);

    await(() -> supervisor.ended("one").isPresent());
    await(() -> pid("one") == 0);
    assertThat(supervisor.ended("one")).contains(3);
  }

  @Test
  void endsByTheSignalOfTheService() {
    final Path said = folder.resolve("said");
    final Path ready = folder.resolve("ready");
    final Service service =
        new Service(
            "two",
            Service.Group.PLAIN,
            "trap 'echo INT >%s; exit 0' INT; trap '' TERM; : >%s; while :; do sleep 0.1; done\n"
                .formatted(said, ready),
            "INT",
            false);
    run(service);
    await(() -> Files.exists(ready));

    supervisor.endSupervisors();
    supervisor.end(List.of("two"), Duration.ofSeconds(10));

    assertThat(said).hasContent("INT");
    assertThat(pid("two")).isZero();
  }

  private static Service sleeper(String name) {
    return Service.of(name, Service.Group.PLAIN, Map.of(), List.of("sleep", "1000"));
  }

  private void run(Service service) {
    supervisor.write(service);
    supervisor.start(Service.Group.PLAIN, List.of());
    supervisor.up(service);
    assertThat(Files.exists(service.folder(dir.root()).resolve("supervise/ok"))).isTrue();
  }

  private long pid(String name) {
    return supervisor.states().stream()
        .filter(state -> state.name().equals(name))
        .mapToLong(Supervisor.State::pid)
        .findFirst()
        .orElse(0);
  }

  private static void await(BooleanSupplier condition) {
    final long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).isNegative();
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
