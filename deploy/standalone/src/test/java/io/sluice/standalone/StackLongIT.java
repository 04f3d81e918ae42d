package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.standalone.demo.Demo;
import io.sluice.standalone.service.Broker;
import io.sluice.standalone.service.Collector;
import io.sluice.standalone.service.Flink;
import io.sluice.standalone.service.Query;
import io.sluice.standalone.service.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong with the whole of it, one thing at a time. */
class StackLongIT {
  @TempDir Path folder;
  private RunningSluice sluice;

  @BeforeEach
  void prepare() {
    RunningSluice.assumeCanRun();
    sluice = new RunningSluice(folder.resolve("data"));
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (sluice != null && Files.exists(sluice.dir.properties())) {
      sluice.run(0, "down");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {Flink.TASK_MANAGER, Flink.JOB_MANAGER, Store.NAME, Query.NAME, Broker.NAME})
  void countsAreExactAfterAKillBeforeTheWindowsClose(String service)
      throws IOException, InterruptedException {
    RunningSluice.assumeRoot();
    sluice.run(0, "up", "--demo", "--detach");

    sluice.kill(service);

    final Map<String, Long> sent = new TreeMap<>(Demo.totals(sluice.dir).orElseThrow().hosts());
    sluice.awaitHosts(sent, Duration.ofMinutes(3));
    RunningSluice.pause(Duration.ofSeconds(15));
    assertThat(sluice.hosts()).isEqualTo(sent);
  }

  @Test
  void downCleansUpAfterEverythingWasKilled() throws IOException, InterruptedException {
    RunningSluice.assumeRoot();
    final Process up = sluice.start("up", "--demo");
    RunningSluice.await(
        "the screen",
        Duration.ofMinutes(5),
        () -> !up.isAlive() || Demo.totals(sluice.dir).isPresent());
    up.destroyForcibly().waitFor();
    // The supervisors too: their services are orphans now.
    for (String group : new String[] {"sv", "sv-capture", "sv-demo"}) {
      Command.run(
          Duration.ofSeconds(5),
          "pkill",
          "-KILL",
          "-f",
          "runsvdir -P " + sluice.dir.root().resolve(group) + "$");
    }
    assertThat(sluice.pid(Collector.NAME)).isPositive();
    final String id = Instance.load(sluice.dir).id();

    sluice.run(0, "down");

    sluice.assertNothingLeft(id);
  }

  @Test
  void demoStartsAfresh() throws IOException, InterruptedException {
    RunningSluice.assumeRoot();
    for (int time = 0; time < 2; time++) {
      sluice.run(0, "up", "--demo", "--detach");
      final Map<String, Long> sent = new TreeMap<>(Demo.totals(sluice.dir).orElseThrow().hosts());
      sluice.awaitHosts(sent, Duration.ofMinutes(2));
      sluice.run(0, "down");
    }
  }

  @Test
  void interruptStopsAllOfIt() throws IOException, InterruptedException {
    final Path capture = RunningSluice.CLONE.resolve("test-data/demo/demo.pcap.gz");
    final Process up = sluice.start("up", "--pcap", capture.toString());
    RunningSluice.await(
        "the query service",
        Duration.ofMinutes(5),
        () -> !up.isAlive() || sluice.hosts().size() == 4);
    final String id = Instance.load(sluice.dir).id();

    // The launcher has become the program: what a terminal signals is this process.
    Command.run(Duration.ofSeconds(5), "kill", "-s", "INT", String.valueOf(up.pid()));

    assertThat(sluice.finish(130, up)).contains("stopped, nothing left running");
    sluice.assertNothingLeft(id);
  }
}
