package io.sluice.standalone;

import io.sluice.standalone.runit.Service;
import io.sluice.standalone.runit.Supervisor;
import io.sluice.standalone.service.Broker;
import io.sluice.standalone.service.Flink;
import io.sluice.standalone.service.Query;
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
  private static final int LOG_LINES = 15;

  private final Instance instance;
  private final DiskBudget budget;
  private final Source source;
  private final Supervisor supervisor;
  private final Progress progress;
  private final Map<String, Service> written = new HashMap<>();
  private final List<String> started = new ArrayList<>();

  Start(
      Instance instance,
      DiskBudget budget,
      Source source,
      Supervisor supervisor,
      Progress progress) {
    this.instance = instance;
    this.budget = budget;
    this.source = source;
    this.supervisor = supervisor;
    this.progress = progress;
  }

  void run() {
    final Broker broker = new Broker(instance, budget);
    final Store store = new Store(instance);
    final Query query = new Query(instance);
    final Flink flink = new Flink(instance);
    progress.step(
        "preparing",
        "done",
        () ->
            write(
                broker.service(),
                store.service(),
                query.service(),
                flink.jobManager(),
                flink.taskManager()));
    supervisor.start(Service.Group.PLAIN, List.of());
    up(Broker.NAME, Store.NAME);
    ready(Store.NAME, store::awaited);
    // The JVMs warm up while the broker does.
    up(Flink.TASK_MANAGER);
    ready(Broker.NAME, broker::awaited);
    up(Flink.JOB_MANAGER);
    //QREADY
    ready(Flink.JOB_MANAGER, flink::awaited);
  }

  private void write(Service... services) {
    for (Service service : services) {
      supervisor.write(service);
      written.put(service.name(), service);
    }
  }

  private void up(String... names) {
    for (String name : names) {
      supervisor.up(written.get(name));
      started.add(name);
    }
  }

  private void ready(String service, Supplier<String> awaited) {
    try {
      progress.await(
          service,
          "ready",
          LIMIT,
          () -> {
            final String waiting = awaited.get();
            if (waiting != null) {
              refuseEnded();
            }
            return waiting;
          });
    } catch (Ended e) {
      throw e;
    } catch (Problem e) {
      throw new Problem(e.getMessage() + endOfLog(service), e);
    }
  }

  /** Nothing that we start may end by itself before all of it was ready once. */
  private void refuseEnded() {
    for (String service : started) {
      supervisor
          .ended(service)
          .ifPresent(
              code -> {
                throw new Ended(
                    "cannot start %s: it ended with %d%s"
                        .formatted(service, code, endOfLog(service)));
              });
    }
  }

  private static final class Ended extends Problem {
    private static final long serialVersionUID = 1L;

    Ended(String message) {
      super(message);
    }
  }

  private String endOfLog(String service) {
    final Path log = instance.dir().log(service).resolve("current");
    try {
      final List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return "; the end of %s:%n%s"
          .formatted(
              log,
              String.join(
                  System.lineSeparator(),
                  lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())));
    } catch (IOException e) {
      return "; its log is " + log;
    }
  }

  String screen(boolean detached) {
    return "Sluice is up.";
  }
}
