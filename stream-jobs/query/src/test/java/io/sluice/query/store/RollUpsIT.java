package io.sluice.query.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestStore;
import io.sluice.query.ask.Asker;
import io.sluice.query.ask.Dimension;
import io.sluice.query.ask.Filter;
import io.sluice.query.ask.Question;
import io.sluice.query.ask.TimeRange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shortest windows are the truth; whatever is added up from them must say the same. */
class RollUpsIT {
  private static final String RUN = "file:feed";
  private static final Instant BEGIN = Instant.parse("2026-10-01T00:00:00Z");
  private static final Instant CLOSED = Instant.parse("2026-10-31T13:37:20Z");
  private static final Retention.Limits LIMITS =
      TestStore.limits(Duration.ofDays(36_500), Long.MAX_VALUE, Duration.ofDays(1), Long.MAX_VALUE);

  /** The jobs' longer windows of what is in the shortest. */
  private static final String LONGER =
      """
      INSERT INTO request_stats
      SELECT run, attempt, length, date_bin(make_interval(secs => length), window_start, timestamptz 'epoch'), sensor,
        host, path, method, status_class, sum(requests), sum(errors), sum(truncated), sum(request_bytes),
        sum(response_bytes), sum(latency_count), sum(latency_sum_us), sum(duration_sum_us)
      FROM request_stats, unnest(ARRAY[60, 3600, 86400]) length
      WHERE window_seconds = 10 AND %s
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
      ON CONFLICT (window_seconds, window_start, host, path, method, status_class, sensor, run, attempt)
      DO UPDATE SET requests = EXCLUDED.requests\
      """;

  @TempDir private static Path folder;
  private static TestStore server;
  private static Store store;
  private static Asker asker;
  private static RollUps rollUps;

  @BeforeAll
  static void start() throws Exception {
    server = TestStore.started(folder);
    migrateWithRows();
    asker = new Asker(store.reader());
    rollUps = new RollUps(store, LIMITS);
  }

  /** From the version before, with rows in its tables: they stay, and are added up like others. */
  private static void migrateWithRows() throws SQLException {
    StoreSettings settings = server.settings();
    Flyway.configure()
        .dataSource(settings.url(), settings.owner().user(), settings.owner().password())
        .locations("classpath:db/migration")
        .placeholders(Map.of("reader", settings.reader().user()))
        .target("4")
        .load()
        .migrate();
    write("live", "", 50);
    server.execute(
        "INSERT INTO requests SELECT now(), 'i' || n, 's', 'c', 'c', 1, 'd', 80, 'GET', 'h', '/' || n, '/',"
            + " 401, 1, 1, 1, 1, null, null, '{}' FROM generate_series(1, 50) n");
    long before = number("SELECT sum(requests) FROM request_stats");

    store = new Store(settings);
    store.migrate();

    assertThat(number("SELECT sum(requests) FROM request_stats")).isEqualTo(before);
    assertThat(number("SELECT count(*) FROM requests")).isEqualTo(50);
    closed(CLOSED);
    new RollUps(store, LIMITS).apply(CLOSED);
    new RollUps(store, LIMITS).apply(CLOSED);
    assertThat(number("SELECT sum(requests) FROM visible_rolled WHERE window_seconds = 604800"))
        .isPositive();
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    server.close();
  }

  @BeforeEach
  void clear() throws Exception {
    server.clear();
    assertThat(number("SELECT count(*) FROM rolled_windows")).isZero();
    closed(CLOSED);
  }

  /** Random rows of the shortest windows in 31 days, and longer windows of the same. */
  private static void write(String run, String attempt, int rows) throws SQLException {
    server.execute(
        "SELECT setseed(0.%d); INSERT INTO request_stats SELECT '%s', '%s', 10,"
                .formatted(rows, run, attempt)
            + " to_timestamp(%d + 10 * floor(random() * 262800)),".formatted(BEGIN.getEpochSecond())
            + " 's' || n % 2, 'h' || n % 3, '/' || n % 5, (ARRAY['GET', 'POST'])[1 + n % 2], 2 + n % 4,"
            + " 1 + n %% 7, 0, 0, n, n, n, n, n FROM generate_series(1, %d) n".formatted(rows)
            + " ON CONFLICT DO NOTHING");
    server.execute(LONGER.formatted("run = '" + run + "' AND attempt = '" + attempt + "'"));
  }

  private static void closed(Instant eventTime) throws SQLException {
    server.execute(
        "TRUNCATE stats_progress; INSERT INTO stats_progress VALUES (0, '" + eventTime + "')");
  }

  /** Until nothing is left to be done. */
  private static void rollUp() throws SQLException {
    long before;
    do {
      before = number("SELECT count(*) FROM rolled_windows WHERE ready");
      rollUps.apply(CLOSED);
      rollUps.apply(CLOSED);
    } while (number("SELECT count(*) FROM rolled_windows WHERE ready") > before);
  }

  @Test
  void shouldSayTheSameFromLongerWindows() throws Exception {
    write("live", "", 5_000);
    same();
    rollUp();
    for (int seconds : new int[] {600, 21_600, 604_800}) {
      assertThat(
              number(
                  "SELECT count(*) FROM rolled_windows WHERE ready AND window_seconds = "
                      + seconds))
          .as("windows of %d s", seconds)
          .isGreaterThan(2);
    }
    same();

    // Corrections, which the sums do not know yet.
    server.execute(
        "UPDATE request_stats SET requests = requests + 1000 WHERE window_seconds = 10"
            + " AND method = 'POST' AND extract(epoch FROM window_start)::bigint / 10 % 7 = 0");
    server.execute(LONGER.formatted("method = 'POST'"));
    same();
    rollUp();
    same();
  }

  @Test
  void shouldCountAReplayOnce() throws Exception {
    write("live", "", 500);
    write(RUN, "1", 400);
    rollUp();
    same();
    for (String attempt : List.of("1", "2")) {
      if (attempt.equals("2")) {
        write(RUN, "2", 400);
        rollUp();
      }
      server.execute(
          "INSERT INTO replay_runs (run, attempt, events) SELECT run, attempt, sum(requests) FROM request_stats"
              + " WHERE window_seconds = 10 AND attempt = '%s' GROUP BY 1, 2".formatted(attempt));
      assertThat(new Replays(store).promoteComplete()).isEqualTo(1);
      same();
      rollUp();
      same();
    }
  }

  /** Many ranges, against the shortest windows. */
  private static void same() throws Exception {
    Random random = new Random(20_261_126);
    List<TimeRange> ranges = new ArrayList<>(List.of(TimeRange.ALL));
    for (int n = 0; n < 20; n++) {
      long from = BEGIN.getEpochSecond() + 10L * random.nextInt(262_800);
      long to = from + 10L * (1 + random.nextInt(262_800));
      Instant begin = n % 5 == 0 ? null : Instant.ofEpochSecond(from);
      ranges.add(new TimeRange(begin, n % 3 == 0 ? null : Instant.ofEpochSecond(to)));
    }
    for (TimeRange range : ranges) {
      for (Map<Dimension, String> equal :
          List.of(Map.<Dimension, String>of(), Map.of(Dimension.SENSOR, "s1"))) {
        assertThat(counted(range, equal)).as("%s %s", range, equal).isEqualTo(stored(range, equal));
      }
    }
  }

  /** Requests by method, as the question's answer has them. */
  private static Map<String, Long> counted(TimeRange range, Map<Dimension, String> equal)
      throws SQLException {
    Map<String, Long> counted = new TreeMap<>();
    Filter filter = new Filter(range, equal, null, List.of(), 20, 0);
    for (List<Object> row : asker.ask(Question.METHODS, filter).rows()) {
      counted.put((String) row.get(0), (Long) row.get(1));
    }
    return counted;
  }

  private static Map<String, Long> stored(TimeRange range, Map<Dimension, String> equal)
      throws SQLException {
    String sql =
        "SELECT method, sum(requests)::bigint FROM visible_stats WHERE window_seconds = 10"
            + (equal.isEmpty() ? "" : " AND sensor = 's1'")
            + (range.from() == null ? "" : " AND window_start >= '" + range.from() + "'")
            + (range.to() == null ? "" : " AND window_start < '" + range.to() + "'")
            + " GROUP BY 1";
    Map<String, Long> stored = new TreeMap<>();
    try (Connection connection = server.connect();
        ResultSet result = connection.createStatement().executeQuery(sql)) {
      while (result.next()) {
        stored.put(result.getString(1), result.getLong(2));
      }
    }
    return stored;
  }

  /** One request more in each of the shortest windows, and in those that hold them. */
  private static void change(Statement statement) throws SQLException {
    statement.execute("UPDATE request_stats SET requests = requests + 1 WHERE window_seconds = 10");
    statement.execute(LONGER.formatted("true"));
  }

  /** Somebody who began before a window was announced changes a part of it without knowing. */
  @Test
  void shouldAwaitWhoMayNotHaveSeenTheAnnouncement() throws Exception {
    write("live", "", 200);
    try (Connection writer = server.connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      change(statement);
      rollUp();
      assertThat(number("SELECT count(*) FROM rolled_windows")).isPositive();
      assertThat(number("SELECT count(*) FROM rolled_windows WHERE ready")).isZero();
      same();
      writer.commit();
    }
    rollUp();
    assertThat(number("SELECT count(*) FROM rolled_windows WHERE NOT ready")).isZero();
    same();
  }

  /** Somebody who changes a part takes the announcement away, and is awaited where that is open. */
  @Test
  void shouldNotAddUpWhatIsBeingChanged() throws Exception {
    write("live", "", 200);
    rollUps.apply(CLOSED);
    try (Connection writer = server.connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      change(statement);
      CompletableFuture<Void> adding =
          CompletableFuture.runAsync(() -> {
            try {
              rollUps.apply(CLOSED);
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });
      while (!adding.isDone() && number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
        Thread.sleep(10);
      }
      writer.commit();
      adding.join();
    }
    same();
    rollUp();
    same();
  }

  /** Each transaction adds one request to all lengths; questions meanwhile see whole ones. */
  @Test
  void shouldNeverMissNorDoubleARequest() throws Exception {
    write("live", "", 200);
    long first = counted(TimeRange.ALL, Map.of()).values().stream().mapToLong(n -> n).sum();
    AtomicLong committed = new AtomicLong(first);
    AtomicLong begun = new AtomicLong(first);
    Thread writing =
        Thread.ofPlatform()
            .start(() -> {
              try (Connection writer = server.connect();
                  Statement statement = writer.createStatement()) {
                writer.setAutoCommit(false);
                for (int n = 0; n < 300; n++) {
                  begun.incrementAndGet();
                  for (String window :
                      List.of(
                          "10, '2026-10-17T08:23:40Z'",
                          "60, '2026-10-17T08:23:00Z'",
                          "3600, '2026-10-17T08:00:00Z'",
                          "86400, '2026-10-17T00:00:00Z'")) {
                    statement.execute(
                        "INSERT INTO request_stats VALUES ('live', '', "
                            + window
                            + ", 's1', 'h', '/', 'GET', 2, 1, 0, 0, 0, 0, 0, 0, 0)"
                            + " ON CONFLICT (window_seconds, window_start, host, path, method, status_class,"
                            + " sensor, run, attempt) DO UPDATE SET requests = request_stats.requests + 1");
                  }
                  writer.commit();
                  committed.incrementAndGet();
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    while (writing.isAlive()) {
      rollUps.apply(CLOSED);
      long least = committed.get();
      long answer = counted(TimeRange.ALL, Map.of()).values().stream().mapToLong(n -> n).sum();
      assertThat(answer).isBetween(least, begun.get());
    }
    assertThat(committed.get()).isEqualTo(first + 300);
    rollUp();
    same();
  }

  @Test
  void shouldGoWithItsParts() throws Exception {
    write("live", "", 200);
    rollUp();
    Retention retention =
        new Retention(
            store,
            TestStore.limits(
                Duration.ofDays(1), Long.MAX_VALUE, Duration.ofDays(1), Long.MAX_VALUE));
    retention.apply(CLOSED.plus(Duration.ofDays(10)));
    assertThat(number("SELECT count(*) FROM rolled_windows WHERE window_seconds = 600")).isZero();
    assertThat(number("SELECT count(*) FROM rolled_stats WHERE window_seconds = 600")).isZero();
    assertThat(number("SELECT count(*) FROM rolled_stats WHERE window_seconds = 21600"))
        .isPositive();
    retention.apply(CLOSED.plus(Duration.ofDays(500)));
    assertThat(number("SELECT count(*) FROM rolled_stats WHERE window_seconds < 604800")).isZero();
    retention.apply(CLOSED.plus(Duration.ofDays(4_500)));
    assertThat(
            number("SELECT count(*) FROM rolled_stats")
                + number("SELECT count(*) FROM rolled_windows"))
        .isZero();
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = server.connect();
        ResultSet result = connection.createStatement().executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
