package io.sluice.bench.stream;

import io.sluice.standalone.DiskBudget;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A day of events with known totals through broker, jobs and store. Sums by host, template, class,
 * status and client must be exact for each length of window; quantiles and distinct clients within
 * what their sketches promise; the ledger must account for every record.
 */
public final class DayCheck {
  /** Of a quantile, relative (decision 404). */
  private static final double QUANTILE_ERROR = 0.02;

  /** Three standard errors of distinct clients: 99.7 % of all hosts are nearer. */
  private static final double DISTINCT_ERROR = 3 * 0.024;

  private static final double[] QUANTILES = {0.5, 0.95, 0.99};
  private static final String[] QUANTILE_NAMES = {"p50_us", "p95_us", "p99_us"};
  private static final int[] LEVELS = {10, 60, 3600, 86_400};
  private static final long IDLE_LIMIT_NS = TimeUnit.MINUTES.toNanos(5);
  private static final String LIVE = " FROM %s WHERE run = 'live' AND window_seconds = %d";

  private final Path folder;
  private final Shape shape;
  private final PrintStream out;
  private boolean right = true;

  public DayCheck(Path folder, int events, PrintStream out) {
    this.folder = folder.toAbsolutePath();
    this.shape = Shape.day(events);
    this.out = out;
  }

  /** Whether all was as it must be. */
  public boolean run() throws IOException, InterruptedException {
    Path data = folder.resolve("day");
    Services.delete(data);
    // Of the budget the topic has a quarter and the store two fifths.
    long budget = Math.max(4 * DiskBudget.DEFAULT_BYTES, 16L * 400 * shape.events());
    // A whole day of UTC, the last but one: all of its windows can close.
    long dayMs = 86_400_000;
    long startMs = (System.currentTimeMillis() / dayMs - 2) * dayMs + 600_000;
    DayTruth truth = new DayTruth(shape);
    try (Services services = new Services(data, new DiskBudget(budget))) {
      services.startBroker();
      long began = System.nanoTime();
      long records = Feed.write(services.bootstrap(), shape, startMs, null, truth::add, 2 * dayMs);
      out.printf(
          Locale.ROOT,
          "%,d records (%,d events, %,d duplicates) written in %.0f s%n",
          records,
          truth.events,
          truth.duplicates,
          (System.nanoTime() - began) / 1e9);
      services.startStore();
      began = System.nanoTime();
      services.startJobs(
          Map.of("jobs", "request-statistics", "kafka.group", "day", "store.days", "400"));
      try (Progress progress = new Progress(services)) {
        awaitLedger(progress, records);
        out.printf(
            Locale.ROOT,
            "read and stored in %.0f s; processor time of the jobs %.0f s%n",
            (System.nanoTime() - began) / 1e9,
            services.jobsCpuNs() / 1e9);
        check(progress, truth, records);
        checkSketches(progress, services, truth, startMs);
      }
      services.stopJobs();
    } finally {
      Services.delete(data);
    }
    out.println(right ? "all as it must be" : "WRONG, see above");
    return right;
  }

  /** The ledger's last row has all records when a checkpoint behind them is complete. */
  private void awaitLedger(Progress progress, long records) throws InterruptedException {
    String consumed = "SELECT coalesce(max(consumed), 0) FROM stream_ledger";
    String stored = "SELECT coalesce(sum(requests), 0)" + LIVE.formatted("total_stats", LEVELS[3]);
    long newest = -1;
    long changedNs = System.nanoTime();
    while (System.nanoTime() - changedNs < IDLE_LIMIT_NS) {
      long now = progress.number(consumed) + progress.number(stored);
      if (now == records + shape.events()) {
        return;
      }
      if (now != newest) {
        newest = now;
        changedNs = System.nanoTime();
      }
      TimeUnit.SECONDS.sleep(1);
    }
    out.println("it stands still: " + newest + " records consumed and requests stored");
  }

  private void check(Progress progress, DayTruth truth, long records) {
    Map<String, Long> hosts = new TreeMap<>();
    for (int host = 0; host < truth.hosts(); host++) {
      hosts.put(EventMaker.hostName(host), truth.byHost[host]);
    }
    Map<String, Long> clients = new TreeMap<>();
    for (int client = 0; client < truth.byClient.length; client++) {
      clients.put(EventMaker.clientAddress(client), truth.byClient[client]);
    }
    clients.values().removeIf(count -> count == 0);
    Map<String, Long> statuses = new TreeMap<>();
    for (int status = 0; status < truth.byStatus.length; status++) {
      if (truth.byStatus[status] > 0) {
        statuses.put(status == 0 ? "" : Integer.toString(status), truth.byStatus[status]);
      }
    }
    for (int level : LEVELS) {
      String of = " of windows of " + level + " s";
      equal("requests by host" + of, hosts, sums(progress, "host", "host_stats", level));
      equal(
          "requests by host, template and status class" + of,
          truth.byTemplateAndClass,
          sums(progress, "host || ' ' || path || ' ' || status_class", "request_stats", level));
      equal("requests by status" + of, statuses, listed(progress, "status", "statuses", level));
      equal("requests by client" + of, clients, listed(progress, "client", "clients", level));
    }
    String exits =
        "heartbeats + replay_ends + replayed + unknown + malformed + future + duplicate + late"
            + " + aggregated";
    equal(
        "rows of the ledger that do not close",
        0L,
        progress.number("SELECT count(*) FROM stream_ledger WHERE consumed <> " + exits));
    equal("records consumed", records, progress.number("SELECT max(consumed) FROM stream_ledger"));
    equal(
        "duplicates",
        truth.duplicates,
        progress.number("SELECT max(duplicate) FROM stream_ledger"));
    equal("late", 0L, progress.number("SELECT max(late) FROM stream_ledger"));
    equal("aggregated", truth.events, progress.number("SELECT max(aggregated) FROM stream_ledger"));
  }

  private static Map<String, Long> sums(Progress progress, String key, String table, int level) {
    return map(
        progress,
        "SELECT " + key + ", sum(requests)" + LIVE.formatted(table, level) + " GROUP BY 1");
  }

  /** From the lists of most frequent values, which are exact where they are not full. */
  private static Map<String, Long> listed(
      Progress progress, String value, String values, int level) {
    return map(
        progress,
        "SELECT v, sum(n)"
            + LIVE.formatted(
                "host_stats, unnest(%s, %s_requests) AS l(v, n)".formatted(values, value), level)
            + " GROUP BY 1");
  }

  private static Map<String, Long> map(Progress progress, String query) {
    return progress.sql(
        query,
        rows -> {
          Map<String, Long> map = new TreeMap<>();
          while (rows.next()) {
            map.put(rows.getString(1), rows.getLong(2));
          }
          return map;
        });
  }

  /** What the query service answers for the day, merged from the rows' sketches. */
  private void checkSketches(Progress progress, Services services, DayTruth truth, long startMs)
      throws IOException, InterruptedException {
    double worstQuantile = 0;
    double worstDistinct = 0;
    JsonNode answer =
        progress.json(
            services.queryUrl()
                + "/api/v1/hosts?limit=1000&from="
                + time(startMs - 600_000)
                + "&to="
                + time(startMs + 87_000_000));
    equal("hosts that the query service names", (long) truth.hosts(), (long) answer.size());
    for (JsonNode row : answer) {
      String name = row.path("host").asString();
      int host = Integer.parseInt(name.replaceAll("\\D", ""));
      equal(
          "requests of " + name + " by the query service",
          truth.byHost[host],
          row.path("requests").asLong());
      for (int i = 0; i < QUANTILES.length; i++) {
        double exact = truth.quantileUs(host, QUANTILES[i]);
        worstQuantile =
            Math.max(
                worstQuantile, Math.abs(row.path(QUANTILE_NAMES[i]).asDouble() - exact) / exact);
      }
      worstDistinct =
          Math.max(
              worstDistinct, Math.abs(row.path("clients").asDouble() / truth.clients(host) - 1));
    }
    within("latency quantiles", worstQuantile, QUANTILE_ERROR);
    within("distinct clients", worstDistinct, DISTINCT_ERROR);
  }

  private static String time(long ms) {
    return URLEncoder.encode(Instant.ofEpochMilli(ms).toString(), StandardCharsets.UTF_8);
  }

  private <T> void equal(String what, T expected, T actual) {
    if (!expected.equals(actual)) {
      right = false;
      out.println("WRONG " + what + ": " + differences(expected, actual));
    } else if (expected instanceof Map<?, ?> map) {
      out.printf("exact: %s (%d)%n", what, map.size());
    }
  }

  private static String differences(Object expected, Object actual) {
    if (expected instanceof Map<?, ?> wanted && actual instanceof Map<?, ?> got) {
      return wanted.size()
          + " expected, "
          + got.size()
          + " stored; differing: "
          + wanted.entrySet().stream()
              .filter(entry -> !entry.getValue().equals(got.get(entry.getKey())))
              .limit(5)
              .map(entry -> entry + " but " + got.get(entry.getKey()))
              .toList();
    }
    return expected + " expected, " + actual + " stored";
  }

  private void within(String what, double worst, double bound) {
    right &= worst <= bound;
    out.printf(
        Locale.ROOT,
        "%s: %s off by at most %.2f %% (bound %.1f %%)%n",
        worst <= bound ? "within" : "WRONG",
        what,
        worst * 100,
        bound * 100);
  }
}
