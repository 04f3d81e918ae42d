package io.sluice.standalone.service;

import io.sluice.standalone.Clone;
import io.sluice.standalone.Command;
import io.sluice.standalone.Instance;
import io.sluice.standalone.Problem;
import io.sluice.standalone.runit.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The embedded PostgreSQL server. What is in it is the query service's business. */
public final class Store {
  public static final String NAME = "store";
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Instance instance;

  public Store(Instance instance) {
    this.instance = instance;
  }

  /** Makes the cluster the first time, and brings its configuration up to date. */
  public Service service() {
    final Command.Result result =
        Command.run(
            LIMIT,
            Jvm.command(
                instance,
                Clone.classPath("stream-jobs/query", "sluice-query"),
                List.of("-XX:TieredStopAtLevel=1"),
                "io.sluice.query.Main",
                List.of("store-init", "--data-dir", instance.dir().root().toString())));
    if (!result.ok()) {
      throw new Problem("cannot prepare the store: " + result.output());
    }
    // SIGTERM would wait for all clients to leave; this ends their sessions and writes all to disk.
    return Service.of(
            NAME,
            Service.Group.PLAIN,
            Map.of(),
            List.of(instance.dir().store().resolve("run").toString()))
        .stoppedBy("INT");
  }

  /** What it waits for, or null when the server accepts connections. */
  public String awaited() {
    return Probe.connects(instance.port("store.url")) ? null : "a connection";
  }
}
