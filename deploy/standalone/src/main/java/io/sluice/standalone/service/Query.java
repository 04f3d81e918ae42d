package io.sluice.standalone.service;

import io.sluice.standalone.Clone;
import io.sluice.standalone.Instance;
import io.sluice.standalone.runit.Service;
import java.util.List;
import java.util.Map;

/** The query service: it migrates the store, and answers questions over HTTP. */
public final class Query {
  public static final String NAME = "query";

  private final Instance instance;

  public Query(Instance instance) {
    this.instance = instance;
  }

  public Service service() {
    return Service.of(
        NAME,
        Service.Group.PLAIN,
        Map.of(),
        Jvm.command(
            instance,
            Clone.classPath("stream-jobs/query", "sluice-query"),
            List.of("-Xmx160m"),
            "io.sluice.query.Main",
            List.of("serve", "--data-dir", instance.dir().root().toString())));
  }

  /** What it waits for, or null when the store is migrated and can be queried. */
  public String awaited() {
    return Probe.get(instance.get("query.url") + "/healthz").isPresent() ? null : "the store";
  }
}
