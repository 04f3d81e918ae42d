package io.sluice.query.store;

import io.sluice.query.store.Partitions.Partition;
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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store within its age and size. Live rows lie in partitions by time and go with their
 * partition, which gives the disk back at once; replayed files, whose rows may have any date, go by
 * when they were replayed. Windows of ten seconds and of a minute go first, what they are rolled up
 * to has ages of its own. Where the size is exceeded, the shortest windows go before longer ones
 * and the oldest of them first; the partitions being written are kept. Single requests have an age
 * and a size of their own, which holds for the partition being written too: anyone can send many.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private static final List<String> TABLES = List.of("request_stats", "host_stats", "total_stats");

  /** What {@link RollUps} makes of them. */
  private static final String ROLLED = "rolled_stats";

  private static final String REQUESTS = "requests";

  private static final Duration LEDGER_AGE = Duration.ofDays(400);

  /**
   * One length of window: the partitions of all tables begin and end together.
   *
   * @param rolledSeconds length of those that {@link RollUps} makes, 0 for the jobs' own
   */
  private record Level(String name, int rolledSeconds, Duration span, int ahead, Duration mostAge) {
    List<String> tables() {
      return rolledSeconds > 0 ? List.of(ROLLED) : TABLES;
    }

    Partitions of(String table) {
      return new Partitions(table, table + "_" + name, "window_start", span, ahead);
    }

    /** Of any of its tables: they are alike. */
    List<Partition> existing(Connection connection) throws SQLException {
      return of(tables().getFirst()).existing(connection);
    }
  }

  private final Store store;
  private final Limits limits;

  /** Shortest first. */
  private final List<Level> levels;

  private final Partitions requests =
      new Partitions(REQUESTS, REQUESTS, "ts", Duration.ofHours(1), 24);

  /**
   * What may stay; ages are of a window (live) or of a replay, checked each minute, a partition at
   * a time.
   *
   * @param age of windows of ten seconds to ten minutes, and of replays
   * @param hoursAge of windows of an hour and of six; at least {@code age}, for questions look for
   *     longer windows first
   * @param daysAge of windows of a day and of a week; at least {@code hoursAge}
   * @param bytes what the statistics may take on the disk, with their indexes
   * @param requestsAge of single requests
   * @param requestsBytes what single requests may take on the disk, with their indexes
   */
  public record Limits(
      Duration age,
      Duration hoursAge,
      Duration daysAge,
      long bytes,
      Duration requestsAge,
      long requestsBytes) {
    public Limits {
      hoursAge = longer(age, hoursAge);
      daysAge = longer(hoursAge, daysAge);
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) > 0 ? one : other;
    }
  }

  public Retention(Store store, Limits limits) {
    this.store = store;
    this.limits = limits;
    this.levels =
        List.of(
            new Level("base", 0, Duration.ofHours(6), 4, limits.age),
            new Level("minute", 0, Duration.ofDays(1), 2, limits.age),
            new Level("ten_minutes", RollUps.TEN_MINUTES, Duration.ofDays(1), 2, limits.age),
            new Level("hour", 0, Duration.ofDays(30), 1, limits.hoursAge),
            new Level("six_hours", RollUps.SIX_HOURS, Duration.ofDays(30), 1, limits.hoursAge),
            new Level("day", 0, Duration.ofDays(360), 1, limits.daysAge),
            new Level("week", RollUps.WEEK, Duration.ofDays(360), 1, limits.daysAge));
  }

  void apply(Instant now) throws SQLException {
    try (Connection connection = store.owner().getConnection()) {
      for (Level level : levels) {
        for (String table : level.tables()) {
          level.of(table).makeAhead(connection, now);
        }
        dropOld(connection, level, now.minus(level.mostAge));
      }
      forgetReplays(connection, now.minus(limits.age));
      while (statisticsBytes(connection) > limits.bytes && dropOldest(connection, now)) {
        // Until it fits, or nothing but the partitions being written is left.
      }
      boundRequests(connection, now);
      deleteBefore(connection, "sensor_health", "to_time", now.minus(limits.age));
      deleteBefore(connection, "stream_ledger", "minute", now.minus(LEDGER_AGE));
    }
  }

  private void dropOld(Connection connection, Level level, Instant oldest) throws SQLException {
    forgetRolled(connection, level, oldest);
    for (Partition partition : level.existing(connection)) {
      if (!partition.end().isAfter(oldest)) {
        drop(connection, level, partition.end(), "older than " + level.mostAge.toDays() + " days");
      }
    }
    // Live rows of the far past or future, where no partition is. Sums of replays go with them.
    String strays = level.rolledSeconds > 0 ? "window_start" : "attempt = '' AND window_start";
    for (String table : level.tables()) {
      deleteBefore(connection, level.of(table).defaultPartition(), strays, oldest);
    }
  }

  private static void drop(Connection connection, Level level, Instant end, String why)
      throws SQLException {
    forgetRolled(connection, level, end);
    for (String table : level.tables()) {
      level.of(table).drop(connection, end);
    }
    LOG.info("dropped the statistics by {} until {}: {}", level.name, end, why);
  }

  /** So that nobody reads for whole what is about to go. */
  private static void forgetRolled(Connection connection, Level level, Instant before)
      throws SQLException {
    if (level.rolledSeconds > 0) {
      deleteBefore(
          connection,
          "rolled_windows",
          "window_seconds = " + level.rolledSeconds + " AND window_start",
          before);
    }
  }

  /** False where there is nothing left to drop. */
  private boolean dropOldest(Connection connection, Instant now) throws SQLException {
    String why = "the statistics take more than " + limits.bytes + " bytes";
    Instant replay = oldestReplay(connection);
    for (Level level : levels) {
      Partition partition =
          level.existing(connection).stream()
              .filter(p -> !p.end().isAfter(now))
              .findFirst()
              .orElse(null);
      if (replay != null && (partition == null || replay.isBefore(partition.end()))) {
        int rows = forgetReplays(connection, replay.plusMillis(1));
        LOG.info("dropped a replayed file with {} rows: {}", rows, why);
        vacuumDefaults(connection);
        return true;
      }
      if (partition != null) {
        drop(connection, level, partition.end(), why);
        return true;
      }
    }
    LOG.warn(
        "cannot keep the statistics within {} bytes: the newest rows take more; give them more, or filter hosts",
        limits.bytes);
    return false;
  }

  /** Unlike a dropped partition, deleted rows keep their place on the disk. */
  private void vacuumDefaults(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Level level : levels) {
        for (String table : level.tables()) {
          statement.execute("VACUUM FULL " + level.of(table).defaultPartition());
        }
      }
    }
  }

  private static Instant oldestReplay(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT min(completed_at) FROM replay_runs");
        ResultSet result = query.executeQuery()) {
      result.next();
      OffsetDateTime time = result.getObject(1, OffsetDateTime.class);
      return time == null ? null : time.toInstant();
    }
  }

  /**
   * Forgets what was replayed before then.
   *
   * @return how many rows
   */
  private static int forgetReplays(Connection connection, Instant before) throws SQLException {
    connection.setAutoCommit(false);
    try {
      int rows = 0;
      for (String table : TABLES) {
        try (PreparedStatement statement =
            connection.prepareStatement(
                "DELETE FROM "
                    + table
                    + " s USING replay_runs gone WHERE gone.completed_at < ?"
                    + " AND s.run = gone.run AND s.attempt = gone.attempt AND s.attempt <> ''")) {
          statement.setObject(1, before.atOffset(ZoneOffset.UTC));
          rows += statement.executeUpdate();
        }
      }
      deleteBefore(connection, "replay_runs", "completed_at", before);
      connection.commit();
      return rows;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private void boundRequests(Connection connection, Instant now) throws SQLException {
    requests.makeAhead(connection, now);
    Instant oldest = now.minus(limits.requestsAge);
    for (Partition partition : requests.existing(connection)) {
      boolean old = !partition.end().isAfter(oldest);
      boolean large =
          !partition.end().isAfter(now)
              && Partitions.bytes(connection, REQUESTS) > limits.requestsBytes;
      if (old || large) {
        requests.drop(connection, partition.end());
        LOG.info(
            "dropped single requests until {}: {}",
            partition.end(),
            old
                ? "older than " + limits.requestsAge.toHours() + " hours"
                : "they take more than " + limits.requestsBytes + " bytes");
      }
    }
    deleteBefore(connection, requests.defaultPartition(), "ts", oldest);
    if (Partitions.bytes(connection, REQUESTS) > limits.requestsBytes) {
      // What is left is the hour being written: its beginning, or the disk.
      try (Statement statement = connection.createStatement()) {
        statement.execute("TRUNCATE " + REQUESTS);
      }
      LOG.warn(
          "dropped all single requests: those of an hour take more than {} bytes; give them more (store.requests.mib)",
          limits.requestsBytes);
    }
  }

  private static void deleteBefore(
      Connection connection, String table, String condition, Instant before) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + table + " WHERE " + condition + " < ?")) {
      statement.setObject(1, before.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  private static long statisticsBytes(Connection connection) throws SQLException {
    long bytes = 0;
    for (String table : Stream.concat(TABLES.stream(), Stream.of(ROLLED)).toList()) {
      bytes += Partitions.bytes(connection, table);
    }
    return bytes;
  }
}
