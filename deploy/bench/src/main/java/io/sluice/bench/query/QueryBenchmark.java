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
import java.util.stream.Stream;

/** Asks a full store every standard question, as the command line and the page do. */
public final class QueryBenchmark {
  /** What a question may take. */
  private static final double GOAL_MS = 300;

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
        sizes(connection);
      }
      return questions(services);
    }
  }

  private static boolean isOld(Path made) throws IOException {
    return Files.getLastModifiedTime(made).toInstant().isBefore(Instant.now().minus(KEPT));
  }

  private void sizes(Connection connection) throws SQLException {
    out.printf("%n%-28s %12s %10s %14s%n", "table", "rows", "MB", "MB a million");
    for (String table :
        List.of(
            "request_stats_minute",
            "request_stats_hour",
            "request_stats_day",
            "host_stats_minute",
            "host_stats_hour",
            "host_stats_day",
            "requests")) {
      try (Statement statement = connection.createStatement();
          ResultSet result =
              statement.executeQuery(
                  "SELECT (SELECT count(*) FROM %1$s), sum(pg_total_relation_size(relid))::bigint"
                          .formatted(table)
                      + " FROM pg_partition_tree('%s'::regclass)".formatted(table))) {
        result.next();
        long rows = result.getLong(1);
        double mb = result.getLong(2) / 1e6;
        out.printf(Locale.ROOT, "%-28s %,12d %,10.0f %,14.0f%n", table, rows, mb, 1e6 * mb / rows);
      }
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
