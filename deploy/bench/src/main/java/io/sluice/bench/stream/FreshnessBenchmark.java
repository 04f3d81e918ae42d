package io.sluice.bench.stream;

import io.sluice.bench.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * How long it takes from a packet on the wire to the answer of the query service that counts its
 * request, of a {@code sluice up} that runs. The service is asked ten times a second; a window is
 * there when its count changes for the last time. The packets' times are those of the table of
 * single requests, which must have exactly as many as the windows count.
 */
public final class FreshnessBenchmark {
  private static final int WINDOW_SECONDS = 10;
  private static final long WINDOW_US = WINDOW_SECONDS * 1_000_000L;
  private static final long POLL_MS = 100;

  /** How long after the last window its rows may come. */
  private static final int PATIENCE_SECONDS = 30;

  /** What is promised: of 99 in 100 requests, behind the length of a window. */
  private static final double GOAL_SECONDS = WINDOW_SECONDS + 3;

  private final Properties instance = new Properties();
  private final int seconds;
  private final PrintStream out;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Seen(long requests, long atUs) {}

  /**
   * @param dataFolder of the {@code sluice up}
   */
  public FreshnessBenchmark(Path dataFolder, int seconds, PrintStream out) throws IOException {
    this.seconds = seconds;
    this.out = out;
    try (Reader reader = Files.newBufferedReader(dataFolder.resolve("instance.properties"))) {
      instance.load(reader);
    }
  }

  /** Whether the goal is met. */
  public boolean run() throws IOException, InterruptedException, SQLException {
    long fromUs = (nowUs() / WINDOW_US + 1) * WINDOW_US;
    long toUs = fromUs + Math.max(1, seconds / WINDOW_SECONDS) * WINDOW_US;
    Map<Long, Seen> windows = new TreeMap<>();
    while (nowUs() < toUs + PATIENCE_SECONDS * 1_000_000L) {
      look(windows, fromUs, toUs);
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    List<Double> ages = new ArrayList<>();
    for (Map.Entry<Long, List<Long>> entry : packets(fromUs, toUs).entrySet()) {
      Seen seen = windows.get(entry.getKey());
      if (seen == null || seen.requests() != entry.getValue().size()) {
        throw new Problem(
            "cannot trust the measure: the window of %s has %d requests, the service counts %s"
                .formatted(instant(entry.getKey()), entry.getValue().size(), seen));
      }
      entry.getValue().forEach(packetUs -> ages.add((seen.atUs() - packetUs) / 1e6));
    }
    if (ages.isEmpty()) {
      throw new Problem("cannot measure: no requests were seen; see sluice status");
    }
    double[] sorted = ages.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    double worst = quantile(sorted, 0.99);
    out.printf(
        Locale.ROOT,
        "%,d requests in %d windows: from packet to answer p50 %.2f s, p99 %.2f s, longest %.2f s (goal: p99 below %.0f s)%n",
        sorted.length,
        windows.size(),
        quantile(sorted, 0.5),
        worst,
        sorted[sorted.length - 1],
        GOAL_SECONDS);
    return worst < GOAL_SECONDS;
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private void look(Map<Long, Seen> windows, long fromUs, long toUs)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(
            instance.getProperty("query.url")
                + "/api/v1/timeline?bucket="
                + WINDOW_SECONDS
                + "s&limit=10000&from="
                + encoded(fromUs)
                + "&to="
                + encoded(toUs));
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new Problem("cannot ask %s: %s".formatted(uri, answer.body().strip()));
    }
    long nowUs = nowUs();
    for (JsonNode row : new ObjectMapper().readTree(answer.body())) {
      Instant time = Instant.parse(row.path("window_start").asString());
      long requests = row.path("requests").asLong();
      Seen before = windows.get(time.getEpochSecond() * 1_000_000);
      if (requests > 0 && (before == null || before.requests() != requests)) {
        windows.put(time.getEpochSecond() * 1_000_000, new Seen(requests, nowUs));
      }
    }
  }

  /** Times of the requests, by the start of their window. */
  private Map<Long, List<Long>> packets(long fromUs, long toUs) throws SQLException {
    Map<Long, List<Long>> packets = new TreeMap<>();
    String query =
        "SELECT (extract(epoch FROM ts) * 1000000)::bigint FROM requests WHERE ts >= '%s' AND ts < '%s'"
            .formatted(instant(fromUs), instant(toUs));
    try (Connection connection =
            DriverManager.getConnection(
                instance.getProperty("store.url"),
                instance.getProperty("store.user"),
                instance.getProperty("store.password"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        long us = rows.getLong(1);
        packets.computeIfAbsent(us / WINDOW_US * WINDOW_US, w -> new ArrayList<>()).add(us);
      }
    }
    return packets;
  }

  private static long nowUs() {
    return System.currentTimeMillis() * 1000;
  }

  private static Instant instant(long us) {
    return Instant.ofEpochMilli(us / 1000);
  }

  private static String encoded(long us) {
    return URLEncoder.encode(instant(us).toString(), StandardCharsets.UTF_8);
  }
}
