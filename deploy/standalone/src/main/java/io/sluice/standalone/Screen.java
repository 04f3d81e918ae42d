package io.sluice.standalone;

import io.sluice.standalone.demo.Demo;
import java.util.Optional;

/** What a person needs to know once all is ready, on one screen. */
final class Screen {
  private Screen() {}

  /**
   * @param watched what events come from, in words
   * @param range what the page shall show, as its address has it
   * @param options of this instance that other commands need too, with a leading space; else empty
   */
  static String of(
      Instance instance,
      DiskBudget budget,
      String watched,
      String range,
      String options,
      boolean detached) {
    return """

    Sluice is up: %s

      Ask      ./sluice query hosts%s   (or urls, clients, requests, latency, timeline, ledger, sql ...)
      Page     %s/?since=%s
      Events   Kafka at %s, topic http.requests.v1; statistics in http.stats.v2
      Store    %s
      Job      %s
      Files    %s (at most %,d MiB in all; logs in log/)
      See      ./sluice status%s
      Stop     %s
    """
        .formatted(
            watched,
            options,
            instance.get("query.url"),
            range,
            instance.get("kafka.bootstrap"),
            instance.get("store.url").replaceFirst("^jdbc:", ""),
            instance.get("flink.rest"),
            instance.dir().root(),
            budget.totalBytes() / DiskBudget.MIB,
            options,
            detached ? "./sluice down" + options : "Ctrl-C");
  }

  /** What the demo's clients have sent, to compare with what is counted. */
  static String demo(DataDir dir, String query) {
    final Optional<Demo.Totals> totals = Demo.totals(dir);
    return totals
        .map(sent ->
            "The demo's clients have sent these requests; within a minute "
                + query
                + " shows the same:\n"
                + sent.table())
        .orElse("");
  }
}
