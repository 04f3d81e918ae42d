package io.sluice.query.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingIT {
  private static final String RUN = "file:0123456789abcdef0123456789abcdef";
  private static final Row ROW = Row.live("2015-03-01T00:00:00Z", "a.example", "GET", 2);

  @TempDir private static Path folder;
  private static TestStore server;
  private static Store store;

  @BeforeAll
  static void start() throws Exception {
    server = TestStore.started(folder);
    store = new Store(server.settings());
    store.migrate();
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    server.close();
  }

  @BeforeEach
  void clear() throws Exception {
    server.clear();
  }

  @Test
  void shouldMigrateOnce() throws Exception {
    store.migrate();
    assertThat(number("SELECT count(*) FROM visible_stats")).isZero();
  }

  @Test
  void shouldShowAReplayOnlyWhenItAddsUp() throws Exception {
    Replays replays = new Replays(store);
    Row first = ROW.of(RUN, "1").counting(20, 2);
    Row second =
        Row.live("1999-12-31T23:59:50Z", "b.example", "GET", 2).of(RUN, "1").counting(3, 0);
    server.write(first);
    // The same requests in the day of theirs, which do not count again.
    server.execute(
        "INSERT INTO request_stats SELECT run, attempt, 86400, window_start, sensor, host, path,"
            + " method, status_class, requests, errors, truncated, request_bytes, response_bytes,"
            + " latency_count, latency_sum_us, duration_sum_us FROM request_stats");

    assertThat(replays.promoteComplete()).isZero();
    assertThat(replays.progress(RUN, "1")).isEqualTo(new Replays.Progress(null, 20, false));

    end("1", 23);
    assertThat(replays.promoteComplete()).isZero();
    assertThat(visible()).isZero();
    assertThat(replays.progress(RUN, "1")).isEqualTo(new Replays.Progress(23L, 20, false));

    server.write(second);
    assertThat(replays.promoteComplete()).isEqualTo(1);
    assertThat(visible()).isEqualTo(23);
    assertThat(replays.progress(RUN, "1")).isEqualTo(new Replays.Progress(23L, 23, true));
  }

  @Test
  void shouldCountAFileOnceHoweverOftenItIsReplayed() throws Exception {
    Replays replays = new Replays(store);
    server.write(ROW.counting(100, 0)); // live
    for (String attempt : new String[] {"1", "2", "3"}) {
      server.write(ROW.of(RUN, attempt).counting(23, 0));
      long before = visible();
      end(attempt, 23);
      assertThat(visible()).isEqualTo(before);
      assertThat(replays.promoteComplete()).isEqualTo(1);
      assertThat(visible()).isEqualTo(123);
    }
    assertThat(number("SELECT count(*) FROM request_stats WHERE run = '" + RUN + "'")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM host_stats WHERE run = '" + RUN + "'")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM replay_runs")).isEqualTo(1);
  }

  @Test
  void shouldKeepTheLaterOfTwoAttemptsThatEndTogether() throws Exception {
    Replays replays = new Replays(store);
    server.write(ROW.of(RUN, "1").counting(23, 0), ROW.of(RUN, "2").counting(23, 0));
    end("1", 23);
    end("2", 23);
    assertThat(replays.promoteComplete()).isEqualTo(2);
    assertThat(visible()).isEqualTo(23);
    assertThat(replays.progress(RUN, "2").promoted()).isTrue();
  }

  @Test
  void shouldLeaveAnAttemptThatIsStillWritten() throws Exception {
    Replays replays = new Replays(store);
    server.write(ROW.of(RUN, "1").counting(23, 0), ROW.of(RUN, "2").counting(11, 0));
    end("1", 23);
    replays.promoteComplete();
    assertThat(visible()).isEqualTo(23);
    server.write(ROW.of(RUN, "2").counting(23, 0));
    end("2", 23);
    replays.promoteComplete();
    assertThat(visible()).isEqualTo(23);
    assertThat(replays.progress(RUN, "2").promoted()).isTrue();
  }

  /** Whoever asks during promotions sees the file's total or none, never a part or twice of it. */
  @Test
  void shouldChangeATotalAtOnce() throws Exception {
    Replays replays = new Replays(store);
    server.write(ROW.of(RUN, "0").counting(23, 0));
    end("0", 23);
    replays.promoteComplete();
    Thread promoting =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int attempt = 1; attempt <= 20; attempt++) {
                  String name = Integer.toString(attempt);
                  server.write(ROW.of(RUN, name).counting(23, 0));
                  end(name, 23);
                  replays.promoteComplete();
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    while (promoting.isAlive()) {
      assertThat(visible()).isEqualTo(23);
    }
    assertThat(visible()).isEqualTo(23);
    assertThat(replays.progress(RUN, "20").promoted()).isTrue();
  }

  @Test
  void shouldPromoteAFileWithoutRequests() throws Exception {
    Replays replays = new Replays(store);
    end("1", 0);
    assertThat(replays.promoteComplete()).isEqualTo(1);
    assertThat(replays.progress(RUN, "1")).isEqualTo(new Replays.Progress(0L, 0, true));
  }

  @Test
  void shouldDropLiveRowsByAge() throws Exception {
    Retention retention = retention(Duration.ofDays(2), Long.MAX_VALUE);
    Instant start = Instant.parse("2026-11-21T01:00:00Z");
    retention.apply(start);
    Row early = Row.live("2026-11-21T01:00:00Z", "a.example", "GET", 2);
    Row late = Row.live("2026-11-22T03:00:00Z", "a.example", "GET", 2);
    server.write(early, late);

    retention.apply(start.plus(Duration.ofDays(2)));
    assertThat(visible()).isEqualTo(2);
    retention.apply(start.plus(Duration.ofHours(48 + 6)));
    assertThat(visible()).isEqualTo(1);
    retention.apply(start.plus(Duration.ofDays(9)));
    assertThat(visible()).isZero();
  }

  @Test
  void shouldDropReplaysByWhenTheyWereReplayed() throws Exception {
    Retention retention = retention(Duration.ofDays(2), Long.MAX_VALUE);
    server.write(ROW.of(RUN, "1").counting(23, 0));
    end("1", 23);
    new Replays(store).promoteComplete();

    retention.apply(Instant.now());
    assertThat(visible()).isEqualTo(23);
    retention.apply(Instant.now().plus(Duration.ofDays(3)));
    assertThat(visible()).isZero();
    assertThat(number("SELECT count(*) FROM request_stats")).isZero();
  }

  @Test
  void shouldMoveRowsThatWereThereBeforeTheirPartition() throws Exception {
    Row replayed =
        Row.live("2040-01-01T01:00:00Z", "a.example", "GET", 2).of(RUN, "1").counting(23, 0);
    server.write(replayed);
    end("1", 23);
    new Replays(store).promoteComplete();

    retention(Duration.ofDays(36_500), Long.MAX_VALUE).apply(Instant.parse("2040-01-01T00:00:00Z"));

    assertThat(visible()).isEqualTo(23);
    assertThat(number("SELECT count(*) FROM request_stats_base_default")).isZero();
    server.write(replayed); // The job may write it again, and finds it.
    assertThat(visible()).isEqualTo(23);
  }

  @Test
  void shouldDropTheOldestWhereTheSizeIsExceeded() throws Exception {
    Instant now = Instant.parse("2031-01-03T00:00:00Z");
    Retention unbounded = retention(Duration.ofDays(36_500), Long.MAX_VALUE);
    unbounded.apply(now.minus(Duration.ofDays(2)));
    unbounded.apply(now);
    server.execute(
        """
        INSERT INTO request_stats
        SELECT 'live', '', 10, timestamptz '2031-01-01' + make_interval(hours => 48 * (n % 2)), 's', 'h' || n, '/',
               'GET', 2, 1, 0, 0, 0, 0, 0, 0, 0
        FROM generate_series(1, 20000) n\
        """);
    server.write(ROW.of(RUN, "1").counting(23, 0));
    end("1", 23);
    new Replays(store).promoteComplete();
    long both =
        number(
            "SELECT sum(pg_total_relation_size(relid)) FROM (SELECT pg_partition_tree(t::regclass) AS p"
                + " FROM unnest(ARRAY['request_stats', 'rolled_stats', 'host_stats', 'total_stats']) t) x, LATERAL"
                + " (SELECT (p).relid) y");

    retention(Duration.ofDays(36_500), both - 1).apply(now);
    assertThat(number("SELECT count(*) FROM replay_runs"))
        .as("the replay ended before any window")
        .isZero();
    assertThat(number("SELECT count(*) FROM visible_stats")).isEqualTo(20_000);

    retention(Duration.ofDays(36_500), both * 2 / 3).apply(now);
    assertThat(number("SELECT count(*) FROM visible_stats")).isEqualTo(10_000);

    retention(Duration.ofDays(36_500), 1).apply(now);
    assertThat(number("SELECT count(*) FROM visible_stats"))
        .as("what is being written stays")
        .isEqualTo(10_000);
  }

  @Test
  void shouldKeepLongerWindowsForLonger() throws Exception {
    Instant start = Instant.parse("2033-01-01T01:00:00Z");
    Retention retention = retention(Duration.ofDays(2), Long.MAX_VALUE);
    retention.apply(start);
    server.execute(
        """
        INSERT INTO request_stats
        SELECT 'live', '', seconds, timestamptz '2033-01-01', 's', 'h', '/', 'GET', 2, 1, 0, 0, 0, 0, 0, 0, 0
        FROM unnest(ARRAY[10, 60, 3600, 86400]) seconds\
        """);
    retention.apply(start.plus(Duration.ofDays(3)));
    assertThat(number("SELECT count(*) FROM request_stats")).isEqualTo(2);
    retention.apply(start.plus(Duration.ofDays(500)));
    assertThat(number("SELECT sum(window_seconds) FROM request_stats")).isEqualTo(86_400);
    // A day's partition is of 360 days.
    Retention shorter =
        new Retention(
            store,
            new Retention.Limits(
                Duration.ofDays(2),
                Duration.ofDays(20),
                Duration.ofDays(40),
                Long.MAX_VALUE,
                Duration.ofHours(24),
                Long.MAX_VALUE));
    shorter.apply(start.plus(Duration.ofDays(500)));
    assertThat(number("SELECT count(*) FROM request_stats")).isZero();
  }

  /** Questions look for the longest windows first, which must not be the first to go. */
  @Test
  void shouldKeepLongerWindowsForNoLessTime() {
    Retention.Limits limits =
        new Retention.Limits(
            Duration.ofDays(500), Duration.ofDays(400), Duration.ofDays(90), 1, Duration.ZERO, 1);
    assertThat(limits.hoursAge()).isEqualTo(Duration.ofDays(500));
    assertThat(limits.daysAge()).isEqualTo(Duration.ofDays(500));
  }

  @Test
  void shouldBoundSingleRequestsByAgeAndSize() throws Exception {
    Instant start = Instant.parse("2034-01-01T00:30:00Z");
    retention(Duration.ofDays(2), Long.MAX_VALUE).apply(start);
    server.execute(
        """
        INSERT INTO requests
        SELECT timestamptz '2034-01-01' + make_interval(secs => n), 'i' || n, 's', 'c', 'c', 1, 'd', 80, 'GET', 'h',
               '/', '/', 200, 1, 1, 1, 1, null, null, '{}'
        FROM generate_series(0, 86399) n\
        """);
    retention(Duration.ofDays(2), Long.MAX_VALUE).apply(start.plus(Duration.ofHours(26)));
    assertThat(number("SELECT count(*) FROM requests")).isEqualTo(86_400 - 2 * 3600);

    long all =
        number("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('requests')");
    requestsWithin(all / 2).apply(start.plus(Duration.ofHours(26)));
    assertThat(number("SELECT count(*) FROM requests")).isBetween(8 * 3600L, 13 * 3600L);
    assertThat(
            number("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('requests')"))
        .isLessThanOrEqualTo(all / 2);
  }

  /** One hour may be more than there is room for. */
  @Test
  void shouldBoundTheSingleRequestsOfTheHourBeingWritten() throws Exception {
    Instant now = Instant.parse("2035-01-01T00:30:00Z");
    long bytes = 8 << 20;
    Retention bounded = requestsWithin(bytes);
    bounded.apply(now);
    for (int rows : new int[] {1_000, 100_000, 1_000}) {
      server.execute(
          """
          INSERT INTO requests
          SELECT timestamptz '2035-01-01 00:00:01Z', 'b%d-' || n, 's', 'c', 'c', 1, 'd', 80, 'GET', 'h',
                 '/', '/', 200, 1, 1, 1, 1, null, null, '{}'
          FROM generate_series(1, %d) n\
          """
              .formatted(rows, rows));
      bounded.apply(now);
      assertThat(number("SELECT count(*) FROM requests")).isEqualTo(rows == 1_000 ? rows : 0);
      assertThat(
              number(
                  "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('requests')"))
          .isLessThanOrEqualTo(bytes);
      server.execute("DELETE FROM requests");
    }
  }

  @Test
  void shouldForgetTheLedgersRowsAfterAYearAndMore() throws Exception {
    Instant now = Instant.parse("2026-11-21T00:00:00Z");
    server.execute(
        "INSERT INTO stream_ledger SELECT timestamptz '2026-11-21T00:00:00Z' - n * interval '1 day',"
            + " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(0, 500) n");
    retention(Duration.ofDays(2), Long.MAX_VALUE).apply(now);
    assertThat(number("SELECT count(*) FROM stream_ledger")).isEqualTo(401);
  }

  private static Retention retention(Duration age, long bytes) {
    return new Retention(store, TestStore.limits(age, bytes, Duration.ofHours(24), Long.MAX_VALUE));
  }

  private static Retention requestsWithin(long bytes) {
    return new Retention(
        store, TestStore.limits(Duration.ofDays(2), Long.MAX_VALUE, Duration.ofHours(24), bytes));
  }

  private static void end(String attempt, long events) throws SQLException {
    server.execute(
        "INSERT INTO replay_runs (run, attempt, events) VALUES ('%s', '%s', %d) ON CONFLICT DO NOTHING"
            .formatted(RUN, attempt, events));
  }

  private static long visible() throws SQLException {
    return number("SELECT coalesce(sum(requests), 0) FROM visible_stats WHERE window_seconds < 60");
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = server.connect();
        ResultSet result = connection.createStatement().executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
