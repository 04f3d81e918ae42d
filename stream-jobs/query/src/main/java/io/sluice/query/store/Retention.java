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
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store within its age and size. Live rows lie in partitions of {@link #SPAN} each and go
 * with their partition, which gives the disk back at once; replayed files, whose rows may have any
 * date, go by when they were replayed. Where the size is exceeded, whatever is oldest goes first,
 * and the partition being written is kept.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Width of a partition, from multiples of it since the epoch. */
  static final Duration SPAN = Duration.ofHours(6);

  /** Partitions made ahead: a day without the query service, and live rows still find theirs. */
  private static final int AHEAD = 4;

  private static final String PREFIX = "request_stats_p";

  private final Store store;
  private final Duration mostAge;
  private final long mostBytes;

  /**
   * @param mostAge age at which a row may go, of its window (live) or of its replay; checked each
   *     minute, a partition at a time
   * @param mostBytes what tables and indexes may take on the disk
   */
  public Retention(Store store, Duration mostAge, long mostBytes) {
    this.store = store;
    this.mostAge = mostAge;
    this.mostBytes = mostBytes;
  }

  /** A partition and the first instant that is not in it. */
  private record Partition(String name, Instant end) {}

  void apply(Instant now) throws SQLException {
    try (Connection connection = store.owner().getConnection()) {
      makeAhead(connection, now);
      List<Partition> partitions = partitions(connection);
      Instant oldest = now.minus(mostAge);
      for (Partition partition : partitions) {
        if (!partition.end.isAfter(oldest)) {
          drop(connection, partition, "older than " + mostAge.toDays() + " days");
        }
      }
      forgetReplays(connection, oldest);
      forgetStrays(connection, oldest);
      while (bytes(connection) > mostBytes && dropOldest(connection, now)) {
        // Until it fits, or nothing but the partition being written is left.
      }
    }
  }

  /** False where there is nothing left to drop. */
  private boolean dropOldest(Connection connection, Instant now) throws SQLException {
    String why = "the store takes more than " + mostBytes + " bytes";
    Partition partition =
        partitions(connection).stream().filter(p -> !p.end.isAfter(now)).findFirst().orElse(null);
    Instant replay = oldestReplay(connection);
    if (replay != null && (partition == null || replay.isBefore(partition.end))) {
      int rows = forgetReplays(connection, replay.plusMillis(1));
      LOG.info("dropped a replayed file with {} rows: {}", rows, why);
      // Unlike a dropped partition, deleted rows keep their place on the disk.
      try (Statement statement = connection.createStatement()) {
        statement.execute("VACUUM FULL request_stats_default");
      }
      return true;
    }
    if (partition != null) {
      drop(connection, partition, why);
      return true;
    }
    LOG.warn(
        "cannot keep the store within {} bytes: the newest rows take more; give it more, or filter hosts",
        mostBytes);
    return false;
  }

  private static void makeAhead(Connection connection, Instant now) throws SQLException {
    long span = SPAN.toSeconds();
    long first = Math.floorDiv(now.getEpochSecond(), span) * span;
    for (int i = 0; i <= AHEAD; i++) {
      Instant from = Instant.ofEpochSecond(first + i * span);
      String name = PREFIX + from.getEpochSecond();
      if (exists(connection, name)) {
        continue;
      }
      make(connection, name, from, from.plus(SPAN));
    }
  }

  /**
   * Rows of its time may lie in the default partition already (replays of today): they move, unseen
   * by others.
   */
  private static void make(Connection connection, String name, Instant from, Instant to)
      throws SQLException {
    connection.setAutoCommit(false);
    String range = "window_start >= '" + from + "' AND window_start < '" + to + "'";
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE request_stats IN ACCESS EXCLUSIVE MODE");
      statement.execute(
          "CREATE TABLE " + name + " (LIKE request_stats INCLUDING DEFAULTS INCLUDING STORAGE)");
      statement.execute(
          "INSERT INTO " + name + " SELECT * FROM request_stats_default WHERE " + range);
      statement.execute("DELETE FROM request_stats_default WHERE " + range);
      statement.execute(
          "ALTER TABLE request_stats ATTACH PARTITION "
              + name
              + " FOR VALUES FROM ('"
              + from
              + "') TO ('"
              + to
              + "')");
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static boolean exists(Connection connection, String table) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      query.setString(1, table);
      try (ResultSet result = query.executeQuery()) {
        result.next();
        return result.getBoolean(1);
      }
    }
  }

  /** Oldest first. */
  private static List<Partition> partitions(Connection connection) throws SQLException {
    List<Partition> partitions = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'request_stats'::regclass AND c.relname ~ ?
            ORDER BY substr(c.relname, ?)::bigint\
            """)) {
      query.setString(1, "^" + PREFIX + "[0-9]+$");
      query.setInt(2, PREFIX.length() + 1);
      try (ResultSet result = query.executeQuery()) {
        while (result.next()) {
          String name = result.getString(1);
          partitions.add(
              new Partition(
                  name,
                  Instant.ofEpochSecond(Long.parseLong(name.substring(PREFIX.length())))
                      .plus(SPAN)));
        }
      }
    }
    return partitions;
  }

  private static void drop(Connection connection, Partition partition, String why)
      throws SQLException {
    if (!exists(connection, partition.name)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE " + partition.name);
    }
    LOG.info("dropped the statistics until {}: {}", partition.end, why);
  }

  private static Instant oldestReplay(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT min(completed_at) FROM replay_runs");
        ResultSet result = query.executeQuery()) {
      result.next();
      OffsetDateTime oldest = result.getObject(1, OffsetDateTime.class);
      return oldest == null ? null : oldest.toInstant();
    }
  }

  private static int forgetReplays(Connection connection, Instant before) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH gone AS (DELETE FROM replay_runs WHERE completed_at < ? RETURNING run, attempt)
            DELETE FROM request_stats s USING gone g WHERE s.run = g.run AND s.attempt = g.attempt\
            """)) {
      statement.setObject(1, before.atOffset(ZoneOffset.UTC));
      return statement.executeUpdate();
    }
  }

  /** Live rows that a clock put into the past or future, where no partition is: by their window. */
  private static void forgetStrays(Connection connection, Instant oldest) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM request_stats_default WHERE attempt = '' AND window_start < ?")) {
      statement.setObject(1, oldest.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  private static long bytes(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::bigint
                FROM pg_partition_tree('request_stats')\
                """);
        ResultSet result = query.executeQuery()) {
      result.next();
      return result.getLong(1);
    }
  }
}
