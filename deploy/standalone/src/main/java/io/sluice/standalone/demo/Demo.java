package io.sluice.standalone.demo;

import io.sluice.standalone.Clone;
import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.Instance;
import io.sluice.standalone.Problem;
import io.sluice.standalone.runit.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The demo as {@code up} runs it: a server that stays, and one burst of its clients. */
public final class Demo {
  public static final String SERVER = "demo-server";
  private static final Duration BURST_LIMIT = Duration.ofSeconds(120);

  private final Instance instance;
  private final DemoNetwork network;

  public Demo(Instance instance, DemoNetwork network) {
    this.instance = instance;
    this.network = network;
  }

  public Service server() {
    return Service.of(
        SERVER, Service.Group.DEMO, Map.of(), java(DemoServer.class, serverReady().toString()));
  }

  private Path serverReady() {
    return instance.dir().run().resolve("demo-server.ready");
  }

  /** What it waits for, or null when the server listens. */
  public String awaited() {
    return Files.exists(serverReady()) ? null : "the demo's server";
  }

  /** Has the clients send their requests, and waits until they are done. */
  public void burst() {
    final List<String> command = new ArrayList<>(network.within(network.clientNamespace()));
    command.addAll(java(DemoTraffic.class, instance.dir().demoTotals().toString()));
    final Command.Result result = Command.run(BURST_LIMIT, command);
    if (!result.ok()) {
      throw new Problem(
          "cannot finish the demo's requests: %s; see sluice doctor".formatted(result.output()));
    }
  }

  private List<String> java(Class<?> main, String argument) {
    return List.of(
        Clone.java().toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx96m",
        "-Djava.io.tmpdir=" + instance.dir().temporary(),
        "-Djdk.httpclient.allowRestrictedHeaders=host",
        "-Dsluice.instance=" + instance.id(),
        "-cp",
        Clone.classPath("deploy/standalone", "sluice-standalone"),
        main.getName(),
        argument);
  }

  /** Words before the supervisor of the server's group. */
  public List<String> supervisorPrefix() {
    return network.within(network.serverNamespace());
  }

  /**
   * What the clients have sent.
   *
   * @param from time of the first request, ISO 8601
   * @param hosts requests by host
   */
  public record Totals(String from, long requests, Map<String, Long> hosts) {

    public String table() {
      final StringBuilder text = new StringBuilder();
      hosts.forEach((host, count) -> text.append("  %-28s %,8d%n".formatted(host, count)));
      return text.append("  %-28s %,8d%n".formatted("in all", requests)).toString();
    }
  }

  /** Of the last demo in this folder, if there was one. */
  public static Optional<Totals> totals(DataDir dir) {
    try {
      final JsonNode json = new ObjectMapper().readTree(Files.readString(dir.demoTotals()));
      final Map<String, Long> hosts = new LinkedHashMap<>();
      json.path("hosts")
          .properties()
          .forEach(host -> hosts.put(host.getKey(), host.getValue().asLong()));
      return Optional.of(
          new Totals(json.path("from").asString(), json.path("requests").asLong(), hosts));
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }
}
