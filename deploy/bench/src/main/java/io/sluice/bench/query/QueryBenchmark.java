package io.sluice.bench.query;

import io.sluice.bench.Problem;
import io.sluice.bench.stream.Services;
import io.sluice.standalone.DiskBudget;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks a full store every standard question, as the command line and the page do. */
public final class QueryBenchmark {
  /** What a question may take. */
  private static final double GOAL_MS = 300;

  /** After that long without anything to add up the query service has added up all. */
  private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(12);

  /** Rows that are older are made anew: the last hour would be empty. */
  private static final Duration KEPT = Duration.ofHours(1);

  private static final DiskBudget BUDGET = new DiskBudget(64L << 30);

  private static final List<String> GROUPED =
      List.of("hosts", "urls", "methods", "status", "latency", "truncated", "total", "timeline");
  private static final List<String> RANKED = List.of("clients", "agents", "referrers");

  private final Path folder;
  private final int hosts;
  private final int days;
  private final int runs;
  private final PrintStream out;
  private final HttpClient client = HttpClient.newHttpClient();

  public QueryBenchmark(Path folder, int hosts, int days, int runs, PrintStream out) {
    this.folder = folder;
    this.hosts = hosts;
    this.days = days;
    this.runs = runs;
    this.out = out;
  }

  /**
   * @return whether every median is within the goal
   */
  public boolean run() throws IOException, InterruptedException, SQLException {
    Files.createDirectories(folder);
    Path made = folder.resolve("made");
    String stamp = hosts + " " + days;
    boolean there = Files.exists(made) && Files.readString(made).equals(stamp) && !isOld(made);
    try (Services services = new Services(folder.resolve("data"), BUDGET)) {
      services.startStore(!there);
      if (!there) {
        long began = System.nanoTime();
        Instant end = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        try (Connection connection = DriverManager.getConnection(services.storeUrl())) {
          new StoreFiller(connection, hosts, days, end).fill();
        }
        Files.writeString(made, stamp);
        out.printf(Locale.ROOT, "filled in %.0f s%n", (System.nanoTime() - began) / 1e9);
      }
      try (Connection connection = DriverManager.getConnection(services.storeUrl())) {
        awaitRollUps(connection);
        sizes(connection);
      }
      return questions(services);
    }
  }

  private static boolean isOld(Path made) throws IOException {
    return Files.getLastModifiedTime(made).toInstant().isBefore(Instant.now().minus(KEPT));
  }

  /** Until the query service has added up everything that it adds up. */
  private void awaitRollUps(Connection connection) throws SQLException, InterruptedException {
    long began = System.nanoTime();
    long lastSeen = began;
    while (System.nanoTime() - lastSeen < IDLE_NS) {
      if (number(connection, "SELECT count(*) FROM rolled_windows WHERE NOT ready") > 0) {
        lastSeen = System.nanoTime();
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("VACUUM (ANALYZE) rolled_stats, rolled_windows");
    }
    out.printf(Locale.ROOT, "rolled up in %.0f s%n", (lastSeen - began) / 1e9);
  }

  /** By the store's own statistics, which filling and rolling up have made anew. */
  private void sizes(Connection connection) throws SQLException {
    out.printf("%n%-28s %12s %10s %14s%n", "table", "rows", "MB", "MB a million");
    for (String table :
        List.of(
            "request_stats_minute",
            "request_stats_hour",
            "request_stats_day",
            "rolled_stats_ten_minutes",
            "rolled_stats_six_hours",
            "rolled_stats_week",
            "host_stats_minute",
            "host_stats_hour",
            "host_stats_day",
            "requests")) {
      String parts = " FROM pg_partition_tree('" + table + "'::regclass) WHERE isleaf";
      long rows =
          number(
              connection,
              "SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class WHERE oid IN (SELECT relid"
                  + parts
                  + ")");
      double mb = number(connection, "SELECT sum(pg_total_relation_size(relid))" + parts) / 1e6;
      out.printf(Locale.ROOT, "%-28s %,12d %,10.0f %,14.0f%n", table, rows, mb, 1e6 * mb / rows);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  private boolean questions(Services services) throws IOException, InterruptedException {
    String url = services.queryUrl();
    String since = "since=" + days + "d";
    List<String> asked =
        Stream.of(
                GROUPED.stream().map(q -> q + "?" + since),
                GROUPED.stream().map(q -> q + "?" + since + "&host=host7.example"),
                GROUPED.stream()
                    .filter(q -> !q.equals("latency"))
                    .flatMap(q ->
                        Stream.of(
                            q + "?" + since + "&method=POST",
                            q + "?" + since + "&status=4xx",
                            q + "?" + since + "&sensor=s1",
                            q + "?" + since + "&host=host7.example&template=/items1/{int}")),
                RANKED.stream()
                    .flatMap(
                        q -> Stream.of(q + "?" + since, q + "?" + since + "&host=host7.example")),
                Stream.of(
                    "hosts?since=1d&client=10.0.7.3",
                    "clients?since=1d&template=/items/{int}/detail"),
                Stream.of("new?since=1d", "new?" + since, "rare?" + since),
                Stream.of(
                    "requests?" + since,
                    "requests?since=1d&host=host7.example",
                    "requests?since=1d&client=10.0.7.3",
                    "requests?since=1d&path=/items/7777/",
                    "bursts?since=1d",
                    "bursts?since=1d&host=host7.example",
                    "ledger?" + since))
            .flatMap(q -> q)
            .toList();
    out.printf("%n%-64s %10s %10s %8s%n", "question", "median ms", "slowest ms", "CPU ms");
    boolean met = true;
    for (String question : asked) {
      double[] ms = new double[runs];
      ask(url, question);
      long before = services.queryCpuTicks();
      for (int run = 0; run < runs; run++) {
        long began = System.nanoTime();
        ask(url, question);
        ms[run] = (System.nanoTime() - began) / 1e6;
      }
      double cpuMs = 10.0 * (services.queryCpuTicks() - before) / runs;
      Arrays.sort(ms);
      double median = ms[runs / 2];
      met &= median <= GOAL_MS;
      out.printf(
          Locale.ROOT,
          "%-64s %,10.0f %,10.0f %,8.0f%s%n",
          question,
          median,
          ms[runs - 1],
          cpuMs,
          median <= GOAL_MS ? "" : "  above 300");
    }
    return met;
  }

  private void ask(String url, String question) throws IOException, InterruptedException {
    URI address = URI.create(url + "/api/v1/" + question.replace("{", "%7B").replace("}", "%7D"));
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new Problem("cannot measure %s: the answer is %s".formatted(question, answer.body()));
    }
  }
}
