package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.standalone.demo.Demo;
import io.sluice.standalone.demo.DemoNetwork;
import io.sluice.standalone.service.Broker;
import io.sluice.standalone.service.Flink;
import io.sluice.standalone.service.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of Sluice on this machine, started and asked as a person does. */
class StackIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;
  private RunningSluice sluice;

  @BeforeEach
  void prepare() {
    RunningSluice.assumeCanRun();
    sluice = new RunningSluice(folder.resolve("data dir"));
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (sluice != null && Files.exists(sluice.dir.properties())) {
      sluice.run(0, "down");
    }
  }

  @Test
  void demoIsCountedExactlyThoughServicesAreKilled() throws IOException, InterruptedException {
    RunningSluice.assumeRoot();

    final Process up = sluice.start("up", "--demo", "--detach");
    RunningSluice.await(
        "the demo's clients", Duration.ofMinutes(5), () -> !up.isAlive() || isBurstRunning());
    assertThat(up.isAlive()).isTrue();
    sluice.kill(Flink.TASK_MANAGER);
    RunningSluice.pause(Duration.ofSeconds(2));
    sluice.kill(Query.NAME);
    sluice.kill(Broker.NAME);
    final String screen = sluice.finish(0, up);

    final Demo.Totals sent = Demo.totals(sluice.dir).orElseThrow();
    assertThat(sent.requests()).isEqualTo(600);
    sent.hosts().forEach((host, count) -> assertThat(screen).containsPattern(host + " +" + count));
    final Map<String, Long> expected = new TreeMap<>(sent.hosts());
    sluice.awaitHosts(expected, SOON.multipliedBy(3));
    // Not more later either.
    RunningSluice.pause(Duration.ofSeconds(12));
    assertThat(sluice.hosts()).isEqualTo(expected);
    assertThat(sluice.run(0, "status")).contains("stream job   running");

    if (Page.isBrowserThere()) {
      showsARequestOnThePage();
      saysTheSameEverywhere();
    } else {
      System.err.println("SKIPPED LOUDLY: no chromium and chromium-driver here");
    }

    final String id = Instance.load(sluice.dir).id();
    sluice.run(0, "down");
    sluice.assertNothingLeft(id);
  }

  /** Sent over the wire, and shown as text by a real browser without being asked again. */
  private void showsARequestOnThePage() {
    final Instance instance = Instance.load(sluice.dir);
    try (Page page = new Page(instance.get("query.url") + "/?since=15m")) {
      RunningSluice.await("the page", SOON, () -> page.text("hosts").contains("shop.demo.example"));
      final DemoNetwork network = new DemoNetwork(instance);
      final List<String> command = new ArrayList<>(network.within(network.clientNamespace()));
      command.addAll(
          List.of(
              "bash",
              "-c",
              "exec 3<>/dev/tcp/"
                  + DemoNetwork.SERVER_ADDRESS
                  + "/80 && printf 'GET /<script>alert(1)</script> HTTP/1.1\\r\\nHost: page.example\\r\\n"
                  + "Connection: close\\r\\n\\r\\n' >&3 && { cat <&3 >/dev/null || :; }"));
      // The server refuses that path, and may reset the connection ahead of its answer's end.
      final long sent = System.nanoTime();
      assertThat(Command.run(Duration.ofSeconds(20), command).ok()).isTrue();
      RunningSluice.await(
          "the single request",
          SOON,
          () -> page.text("tail").contains("page.example/<script>alert(1)</script>"));
      RunningSluice.await("its window", SOON, () -> page.text("hosts").contains("page.example"));
      System.err.printf(
          "shown with its window %d ms after it was sent%n",
          (System.nanoTime() - sent) / 1_000_000);
      RunningSluice.await("where packets went", SOON, () -> page.text("packets").contains("kept"));
    }
  }

  /** One question's answer on the page, by the command line and by SQL, of all that was sent. */
  private void saysTheSameEverywhere() {
    final String windows = "sum(requests)::bigint AS requests FROM %s WHERE window_seconds = 10";
    final String single = "count(*) AS requests FROM requests";
    final String hosts = windows.formatted("visible_hosts");
    final String sums = windows.formatted("visible_stats");
    try (Page page = new Page(Instance.load(sluice.dir).get("query.url") + "/?since=")) {
      saysTheSame(page, "hosts", List.of("host"), "host", hosts);
      saysTheSame(page, "urls", List.of("host", "template"), "host || path", sums);
      saysTheSame(page, "methods", List.of("method"), "method", single);
      saysTheSame(page, "status", List.of("status"), "status / 100 || 'xx'", single);
      saysTheSame(page, "clients", List.of("client"), "client", single);
      saysTheSame(page, "agents", List.of("user_agent"), "coalesce(user_agent, '')", single);
    }
  }

  private void saysTheSame(
      Page page, String question, List<String> columns, String name, String requests) {
    RunningSluice.await(
        question + " on the page as by the command line",
        SOON,
        () -> page.requests(question).equals(sluice.requests(columns, question, "--limit", "10")));
    final Map<String, Long> shown = page.requests(question);
    assertThat(shown).isNotEmpty();
    // Of these the page shows the first ten.
    final String sql = "SELECT " + name + " AS name, " + requests + " GROUP BY 1";
    assertThat(sluice.requests(List.of("name"), "sql", sql)).containsAllEntriesOf(shown);
  }

  /** The clients run when everything else is there and their totals are not. */
  private boolean isBurstRunning() {
    return Command.run(Duration.ofSeconds(5), "pgrep", "-f", "DemoTraffic " + sluice.dir.root())
        .ok();
  }

  @Test
  void sameFileAgainChangesNoTotal() throws IOException, InterruptedException {
    final Path capture = RunningSluice.CLONE.resolve("test-data/demo/demo.pcap.gz");
    final Map<String, Long> expected =
        Map.of(
            "api.demo.example", 31L,
            "intranet.demo.example", 25L,
            "shop.demo.example", 26L,
            "static.demo.example", 10L);

    for (int time = 0; time < 2; time++) {
      assertThat(sluice.run(0, "up", "--detach", "--pcap", capture.toString()))
          .contains("all 92 requests in demo.pcap.gz can be queried");
      assertThat(sluice.hosts()).isEqualTo(expected);
      assertThat(sluice.run(1, "up", "--detach", "--pcap", capture.toString()))
          .contains("an instance is running there");
      final String id = Instance.load(sluice.dir).id();
      sluice.run(0, "down");
      sluice.assertNothingLeft(id);
    }
  }

  @Test
  void refusesAForeignFileInOneLineAndStartsNothing() throws IOException, InterruptedException {
    final Path foreign = Files.writeString(folder.resolve("foreign"), "no capture");

    final String said = sluice.run(1, "up", "--detach", "--pcap", foreign.toString());

    assertThat(said.lines()).hasSize(1);
    assertThat(said).startsWith("sluice: cannot read " + foreign);
    assertThat(sluice.dir.root()).doesNotExist();
  }
}
