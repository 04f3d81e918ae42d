package io.sluice.standalone.service;

import io.sluice.collector.control.ControlClient;
import io.sluice.standalone.Clone;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.DiskBudget;
import io.sluice.standalone.Instance;
import io.sluice.standalone.runit.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The collector: live on an interface, where it needs capabilities, or once over a file. */
public final class Collector {
  public static final String NAME = "collector";

  /** What opening a capture takes; the collector gives them up when it is open. */
  public static final List<String> CAPABILITIES = List.of("net_raw", "bpf", "perfmon");

  /** Entering another network namespace takes this one too. */
  public static final String NAMESPACE_CAPABILITY = "sys_admin";

  private final Instance instance;

  public Collector(Instance instance) {
    this.instance = instance;
  }

  /**
   * @param namespace in which the interface is; null for the machine's own
   */
  public Service live(String networkInterface, String namespace, DiskBudget budget) {
    final List<String> arguments =
        new ArrayList<>(
            List.of(
                "--interface",
                networkInterface,
                "--control-socket",
                instance.get("collector.socket"),
                "--metrics",
                instance.get("collector.metrics"),
                "--spool",
                instance.dir().spool().toString(),
                "--spool-mib",
                String.valueOf(budget.spoolBytes() / DiskBudget.MIB)));
    if (namespace != null) {
      arguments.addAll(List.of("--netns", namespace));
    }
    return service(Service.Group.CAPTURE, arguments);
  }

  /** Ends when all of the file has been sent; runs again only if it was killed. */
  public Service replay(Path file) {
    return service(Service.Group.PLAIN, List.of("--pcap", file.toString()))
        .once()
        .outputTo(sentFile(instance.dir()));
  }

  private Service service(Service.Group group, List<String> arguments) {
    final List<String> all =
        new ArrayList<>(
            List.of(
                "collect",
                "--kafka",
                instance.get("kafka.bootstrap"),
                "--sensor",
                instance.get("sensor")));
    all.addAll(arguments);
    final List<String> options = new ArrayList<>(List.of("-Xmx384m"));
    options.addAll(Clone.cacheOptions("collector"));
    return Service.of(
        NAME,
        group,
        Map.of(),
        Jvm.command(
            instance,
            Clone.classPath("collector", "sluice-collector"),
            options,
            "io.sluice.collector.Main",
            all));
  }

  /** What it waits for, or null when its sockets are open and it answers. */
  public String awaited() {
    try {
      status();
      return null;
    } catch (IOException e) {
      return "the collector";
    }
  }

  public JsonNode status() throws IOException {
    return ControlClient.status(Path.of(instance.get("collector.socket")));
  }

  /**
   * A replay that was sent to its end.
   *
   * @param events how many
   */
  public record Sent(String run, String attempt, long events) {}

  /** Where the collector says what it has sent, once the broker has all of it. */
  public static Path sentFile(DataDir dir) {
    return dir.run().resolve("replay.json");
  }

  public static Sent sent(DataDir dir) throws IOException {
    try {
      final JsonNode json = new ObjectMapper().readTree(Files.readString(sentFile(dir)));
      return new Sent(
          json.path("run").asString(),
          json.path("attempt").asString(),
          json.path("events").asLong());
    } catch (JacksonException e) {
      throw new IOException(sentFile(dir) + " is no JSON", e);
    }
  }
}
