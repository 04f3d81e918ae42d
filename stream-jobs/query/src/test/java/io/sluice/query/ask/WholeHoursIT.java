package io.sluice.query.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import io.sluice.query.store.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each window of ten seconds here has 1 request, and each hour says 100: so it shows who was asked.
 */
class WholeHoursIT {
  private static final String HOUR_ROWS =
      "CREATE TEMP TABLE hours AS SELECT * FROM %1$s WHERE window_start < '2026-11-21T04:00:00Z';"
          + " DELETE FROM hours WHERE window_seconds = 60;"
          + " UPDATE hours SET window_seconds = 3600, requests = 100,"
          + " window_start = date_trunc('hour', window_start, 'UTC');"
          + " INSERT INTO %1$s SELECT * FROM hours ON CONFLICT DO NOTHING; DROP TABLE hours";

  /** Where a minute has closed its row is read, which says as much. */
  private static final String MINUTE_ROWS =
      "CREATE TEMP TABLE minutes AS SELECT * FROM %1$s;"
          + " UPDATE minutes SET window_seconds = 60;"
          + " INSERT INTO %1$s SELECT * FROM minutes; DROP TABLE minutes";

  @TempDir private static Path folder;
  private static TestStore server;
  private static TestService service;
  private static Store store;
  private static Asker asker;

  @BeforeAll
  static void start() throws Exception {
    server = TestStore.started(folder);
    service = new TestService(server).await(true);
    store = new Store(server.settings());
    asker = new Asker(store.reader());
    for (String time : List.of("01:00:00", "01:40:00", "02:00:00", "03:00:00", "03:20:00")) {
      server.write(Row.live("2026-11-21T" + time + "Z", "a.example", "GET", 2).counting(1, 0));
    }
    for (String table : List.of("host_stats", "total_stats", "request_stats")) {
      server.execute(MINUTE_ROWS.formatted(table));
    }
    server.execute(HOUR_ROWS.formatted("host_stats"));
    server.execute(HOUR_ROWS.formatted("total_stats"));
    server.execute(HOUR_ROWS.formatted("request_stats"));
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    service.close();
    server.close();
  }

  @Test
  void shouldAskForHoursWhereTheyHaveClosed() throws Exception {
    server.execute("TRUNCATE stats_progress");
    expect(5, null, null);
    // The slowest of the sink's subtasks says how far all are.
    server.execute(
        "TRUNCATE stats_progress;"
            + " INSERT INTO stats_progress VALUES (0, '2026-11-21T03:30:00Z'),"
            + " (1, '2026-11-21T05:00:00Z')");
    expect(202, null, null);
    expect(202, "2026-11-21T01:00:00Z", null);
    // Half of the first hour.
    expect(103, "2026-11-21T01:30:00Z", null);
    expect(101, "2026-11-21T01:30:00Z", "2026-11-21T03:00:00Z");
    // Half of the second.
    expect(101, null, "2026-11-21T02:30:00Z");
    expect(1, "2026-11-21T01:30:00Z", "2026-11-21T01:50:00Z");
    expect(2, "2026-11-21T03:00:00Z", null);
  }

  /** A day holds its hours, and its ends are of hours and of what is shorter. */
  @Test
  void shouldAskForDaysWhereTheyHaveClosed() throws Exception {
    String day =
        "INSERT INTO %1$s SELECT (d.r).* FROM (SELECT jsonb_populate_record(s, '{\"window_seconds\": 86400,"
            + " \"window_start\": \"2026-11-20T00:00:00Z\", \"requests\": 1000}') AS r FROM %1$s s"
            + " WHERE window_seconds = 10 AND window_start = '2026-11-21T01:00:00Z') d";
    for (String table : List.of("host_stats", "total_stats", "request_stats")) {
      server.execute(day.formatted(table));
    }
    server.execute(
        "TRUNCATE stats_progress; INSERT INTO stats_progress VALUES (0, '2026-11-21T02:30:00Z')");
    expect(1_000 + 100 + 3, null, null);
    expect(1_000 + 100 + 3, "2026-11-20T00:00:00Z", null);
    expect(100 + 3, "2026-11-20T00:00:10Z", null);
    expect(1_000, null, "2026-11-21T00:30:00Z");
    assertThat(timeline(86_400)).containsExactly(1_000L, 103L);
    for (String table : List.of("host_stats", "total_stats", "request_stats")) {
      server.execute("DELETE FROM " + table + " WHERE window_seconds = 86400");
    }
  }

  /** As housekeeping makes one, when rows of its time lie in the default partition. */
  @Test
  void shouldMissNothingWhileAPartitionIsMade() throws Exception {
    server.execute("TRUNCATE stats_progress");
    String range = "window_start >= '2020-01-01' AND window_start < '2020-01-02'";
    server.write(Row.live("2020-01-01T01:00:00Z", "old.example", "GET", 2).counting(7, 0));
    TimeRange day =
        new TimeRange(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2020-01-02T00:00:00Z"));
    Filter filter = new Filter(day, Map.of(), null, List.of(), 20, 0);
    try (Connection housekeeping = server.connect();
        Statement make = housekeeping.createStatement()) {
      housekeeping.setAutoCommit(false);
      make.execute("LOCK TABLE ONLY total_stats IN ACCESS EXCLUSIVE MODE");
      CompletableFuture<Rows> answer =
          CompletableFuture.supplyAsync(() -> {
            try {
              return asker.ask(Question.TOTAL, filter);
            } catch (SQLException e) {
              throw new CompletionException(e);
            }
          });
      awaitWaiting();
      make.execute(
          "CREATE TABLE made (LIKE total_stats_base INCLUDING DEFAULTS INCLUDING STORAGE)");
      make.execute("INSERT INTO made SELECT * FROM total_stats_base_default WHERE " + range);
      make.execute("DELETE FROM total_stats_base_default WHERE " + range);
      make.execute(
          "ALTER TABLE total_stats_base ATTACH PARTITION made"
              + " FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')");
      housekeeping.commit();
      assertThat(answer.join().rows().getFirst().getFirst()).isEqualTo(7L);
    }
    server.execute("DROP TABLE made; DELETE FROM host_stats WHERE host = 'old.example'");
    server.execute("DELETE FROM request_stats WHERE host = 'old.example'");
  }

  private static void awaitWaiting() throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 600; i++) {
        try (var result = statement.executeQuery("SELECT 1 FROM pg_locks WHERE NOT granted")) {
          if (result.next()) {
            return;
          }
        }
        Thread.sleep(50);
      }
      throw new AssertionError("the question does not wait");
    }
  }

  @Test
  void shouldNotTellAnHourApart() throws Exception {
    server.execute(
        "TRUNCATE stats_progress; INSERT INTO stats_progress VALUES (0, '2026-11-21T09:00:00Z')");
    assertThat(timeline(3_600)).containsExactly(100L, 100L, 100L);
    assertThat(timeline(1_200)).containsExactly(1L, 1L, 1L, 1L, 1L);
  }

  private static List<Object> timeline(int bucketSeconds) throws Exception {
    Filter filter = new Filter(TimeRange.ALL, Map.of(), null, List.of(), 20, bucketSeconds);
    Rows rows = asker.ask(Question.TIMELINE, filter);
    int requests = rows.columns().indexOf("requests");
    return rows.rows().stream().map(row -> row.get(requests)).toList();
  }

  private static void expect(long requests, String from, String to) throws Exception {
    TimeRange range =
        new TimeRange(
            from == null ? null : Instant.parse(from), to == null ? null : Instant.parse(to));
    Filter filter = new Filter(range, Map.of(), null, List.of(), 20, 0);
    Rows urls = asker.ask(Question.URLS, filter);
    assertThat(urls.rows().getFirst().get(2)).isEqualTo(requests);
    Rows hosts = asker.ask(Question.HOSTS, filter);
    assertThat(hosts.rows().getFirst().get(1)).isEqualTo(requests);
    Rows total = asker.ask(Question.TOTAL, filter);
    assertThat(total.rows().getFirst().getFirst()).isEqualTo(requests);
  }
}
