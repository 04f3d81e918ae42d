package io.sluice.standalone;

import io.sluice.standalone.demo.Demo;
import io.sluice.standalone.demo.DemoNetwork;
import io.sluice.standalone.runit.Service;
import io.sluice.standalone.runit.Supervisor;
import io.sluice.standalone.service.Broker;
import io.sluice.standalone.service.Collector;
import io.sluice.standalone.service.Flink;
import io.sluice.standalone.service.Query;
import io.sluice.standalone.service.Replay;
import io.sluice.standalone.service.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Starts the services in the order in which they need each other, each within a bounded time. */
final class Start {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  // A file may be as large as a disk; it is read at hundreds of megabytes a second.
  private static final Duration READ_LIMIT = Duration.ofHours(6);
  private static final int LOG_LINES = 15;

  private final Instance instance;
  private final DiskBudget budget;
  private final Supervisor supervisor;
  private final Progress progress;
  private final Map<String, Service> written = new HashMap<>();
  private final List<String> started = new ArrayList<>();

  Start(Instance instance, DiskBudget budget, Supervisor supervisor, Progress progress) {
    this.instance = instance;
    this.budget = budget;
    this.supervisor = supervisor;
    this.progress = progress;
  }

  /** All but the collector. */
  void downstream() {
    final Broker broker = new Broker(instance, budget);
    final Store store = new Store(instance);
    final Query query = new Query(instance);
    final Flink flink = new Flink(instance);
    progress.step(
        "preparing",
        "done",
        () -> {
          write(broker.service());
          write(store.service());
          write(query.service());
          write(flink.jobManager());
          write(flink.taskManager());
          supervisor.start(Service.Group.PLAIN, List.of());
        });
    up(Broker.NAME);
    up(Store.NAME);
    ready(Store.NAME, store::awaited);
    // The JVMs warm up while the broker does.
    up(Query.NAME);
    up(Flink.TASK_MANAGER);
    ready(Broker.NAME, broker::awaited);
    up(Flink.JOB_MANAGER);
    ready(Query.NAME, query::awaited);
    ready("stream job", flink::awaited);
  }

  void watch(String networkInterface) {
    final Collector collector = new Collector(instance);
    write(collector.live(networkInterface, null, budget));
    supervisor.start(
        Service.Group.CAPTURE, Privileges.asRoot(Privileges.asUserWith(Collector.CAPABILITIES)));
    up(Collector.NAME);
    ready(Collector.NAME, collector::awaited);
  }

  void demo() {
    final DemoNetwork network = new DemoNetwork(instance);
    final Demo demo = new Demo(instance, network);
    progress.step("demo network", "two namespaces and a veth pair", network::create);
    write(demo.server());
    supervisor.start(Service.Group.DEMO, demo.supervisorPrefix());
    up(Demo.SERVER);

    final Collector collector = new Collector(instance);
    write(collector.live(network.serverInterface(), network.serverNamespace(), budget));
    final List<String> capabilities = new ArrayList<>(Collector.CAPABILITIES);
    capabilities.add(Collector.NAMESPACE_CAPABILITY);
    supervisor.start(Service.Group.CAPTURE, Privileges.asRoot(Privileges.asUserWith(capabilities)));
    up(Collector.NAME);
    ready(Demo.SERVER, demo::awaited);
    ready(Collector.NAME, collector::awaited);
    progress.step("demo clients", "all requests sent", demo::burst);
  }

  /** Sends a file, and returns when all of it can be queried. */
  Replay.Outcome replay(Path file) {
    final Collector collector = new Collector(instance);
    final Replay replay = new Replay(instance, supervisor);
    write(collector.replay(file));
    supervisor.up(written.get(Collector.NAME));
    progress.await("reading", "all events sent", READ_LIMIT, replay::awaitSent);
    progress.await("counting", "all can be queried", LIMIT, replay::awaitPromoted);
    return replay.outcome();
  }

  private void write(Service service) {
    supervisor.write(service);
    written.put(service.name(), service);
  }

  private void up(String name) {
    supervisor.up(written.get(name));
    started.add(name);
  }

  private void ready(String what, Supplier<String> awaited) {
    progress.await(
        what,
        "ready",
        LIMIT,
        () -> {
          final String waiting = awaited.get();
          if (waiting != null) {
            refuseEnded();
          }
          return waiting;
        });
  }

  /** Nothing that we start may end by itself before all of it was ready once. */
  private void refuseEnded() {
    for (String service : started) {
      supervisor
          .ended(service)
          .ifPresent(code -> {
            throw new Problem(
                "cannot start %s: it ended with %d; the end of its log:%n%s"
                    .formatted(service, code, endOfLog(instance.dir(), service)));
          });
    }
  }

  static String endOfLog(DataDir dir, String service) {
    final Path log = dir.log(service).resolve("current");
    try {
      final List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(none: " + e + ")";
    }
  }
}
