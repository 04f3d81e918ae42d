package io.sluice.query.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Adds up the jobs' sums to longer windows, once these have closed, newest first. A window goes
 * through three steps:
 *
 * <ol>
 *   <li>it is announced: whoever changes one of its parts from now on takes the announcement away;
 *   <li>it is awaited that every transaction has ended which may not have seen the announcement;
 *   <li>it is added up and made ready, where it is still announced.
 * </ol>
 *
 * So nobody who writes waits for a sum, and no sum is read that misses what was written.
 */
public final class RollUps {
  /** Lengths of the windows that are made here, in seconds. */
  static final int TEN_MINUTES = 600;

  static final int SIX_HOURS = 21_600;
  static final int WEEK = 604_800;

  /**
   * Windows that are made of others.
   *
   * @param seconds their length
   * @param partSeconds length of the jobs' windows that they are added up from
   * @param mostAge older ones are not made: their parts are gone
   */
  private record Level(int seconds, int partSeconds, Duration mostAge) {}

  /** How long adding up may go on before other work has its turn. */
  private static final long TURN_NS = TimeUnit.SECONDS.toNanos(1);

  private static final int ANNOUNCED_AT_ONCE = 50;

  private static final String OPEN_WINDOWS =
      """
      INSERT INTO rolled_windows (window_seconds, window_start)
      SELECT ?, start FROM (
        SELECT min(window_start) AS oldest, (SELECT min(event_time) FROM stats_progress) AS closed
        FROM request_stats WHERE window_seconds = ? AND window_start >= ?) span,
        generate_series(date_bin(make_interval(secs => ?), oldest, timestamptz 'epoch'),
                        closed - make_interval(secs => ?), make_interval(secs => ?)) start
      WHERE NOT EXISTS (SELECT FROM rolled_windows w WHERE w.window_seconds = ? AND w.window_start = start)
      ORDER BY start DESC LIMIT ?
      ON CONFLICT DO NOTHING\
      """;

  private static final String SEEN_FROM =
      "UPDATE rolled_windows SET seen_from = pg_snapshot_xmax(pg_current_snapshot())"
          + " WHERE seen_from IS NULL";

  private static final String TAKE =
      """
      UPDATE rolled_windows SET ready = true
      WHERE (window_seconds, window_start) = (
        SELECT window_seconds, window_start FROM rolled_windows
        WHERE NOT ready AND window_seconds = ? AND seen_from <= pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY window_start DESC LIMIT 1)
        AND NOT ready
      RETURNING window_start\
      """;

  private static final String FORGET =
      "DELETE FROM rolled_stats WHERE window_seconds = ? AND window_start = ?";

  private static final String ADD_UP =
      """
      INSERT INTO rolled_stats
      SELECT run, attempt, ?, ?, sensor, host, path, method, status_class,
             sum(requests), sum(errors), sum(truncated), sum(request_bytes), sum(response_bytes),
             sum(latency_count), sum(latency_sum_us), sum(duration_sum_us)
      FROM request_stats
      WHERE window_seconds = ? AND window_start >= ? AND window_start < ?
      GROUP BY run, attempt, sensor, host, path, method, status_class\
      """;

  private final Store store;
  private final List<Level> levels;

  public RollUps(Store store, Retention.Limits limits) {
    this.store = store;
    this.levels =
        List.of(
            new Level(TEN_MINUTES, 60, limits.age()),
            new Level(SIX_HOURS, 3_600, limits.hoursAge()),
            new Level(WEEK, 86_400, limits.daysAge()));
  }

  /** Goes on with all levels, for a second each. */
  void apply(Instant now) throws SQLException {
    try (Connection connection = store.owner().getConnection()) {
      for (Level level : levels) {
        long began = System.nanoTime();
        while (addUp(connection, level) && System.nanoTime() - began < TURN_NS) {
          // Until all that were announced are ready.
        }
        announce(connection, level, now);
      }
      try (Statement statement = connection.createStatement()) {
        // After the announcements were committed: whoever begins later sees them.
        statement.executeUpdate(SEEN_FROM);
      }
    }
  }

  private static void announce(Connection connection, Level level, Instant now)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OPEN_WINDOWS)) {
      int column = 0;
      statement.setInt(++column, level.seconds);
      statement.setInt(++column, level.partSeconds);
      statement.setObject(++column, now.minus(level.mostAge).atOffset(ZoneOffset.UTC));
      statement.setInt(++column, level.seconds);
      statement.setInt(++column, level.seconds);
      statement.setInt(++column, level.seconds);
      statement.setInt(++column, level.seconds);
      statement.setInt(++column, ANNOUNCED_AT_ONCE);
      statement.executeUpdate();
    }
  }

  /**
   * One window. As long as its row is locked here, nobody who changes a part can commit.
   *
   * @return false where there is none to be added up
   */
  private static boolean addUp(Connection connection, Level level) throws SQLException {
    connection.setAutoCommit(false);
    try {
      OffsetDateTime start = take(connection, level);
      if (start != null) {
        try (PreparedStatement forget = connection.prepareStatement(FORGET);
            PreparedStatement sums = connection.prepareStatement(ADD_UP)) {
          forget.setInt(1, level.seconds);
          forget.setObject(2, start);
          forget.executeUpdate();
          sums.setInt(1, level.seconds);
          sums.setObject(2, start);
          sums.setInt(3, level.partSeconds);
          sums.setObject(4, start);
          sums.setObject(5, start.plusSeconds(level.seconds));
          sums.executeUpdate();
        }
      }
      connection.commit();
      return start != null;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static OffsetDateTime take(Connection connection, Level level) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setInt(1, level.seconds);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getObject(1, OffsetDateTime.class) : null;
      }
    }
  }
}
