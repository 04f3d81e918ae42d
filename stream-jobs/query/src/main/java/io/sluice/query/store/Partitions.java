package io.sluice.query.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A table divided by time: its partitions, each as wide as the span, and a default one for what has
 * no other.
 *
 * @param root the table that questions name, which is divided into this one and others, or is it
 * @param table its name; a partition's is this, {@code _p} and the seconds since 1970 at which it
 *     begins
 * @param column that divides it
 * @param span width of a partition, from multiples of it since 1970
 * @param ahead how many are made before their time: that long the service may be away, and rows
 *     still find theirs
 */
record Partitions(String root, String table, String column, Duration span, int ahead) {

  /**
   * Large values stand apart as soon as there are some: sums are read without the sketches and
   * lists beside them.
   */
  private static final String STORAGE = "(toast_tuple_target = 128)";

  /** A partition and the first instant that is not in it. */
  record Partition(String name, Instant end) {}

  private String prefix() {
    return table + "_p";
  }

  String defaultPartition() {
    return table + "_default";
  }

  void makeAhead(Connection connection, Instant now) throws SQLException {
    long seconds = span.toSeconds();
    long first = Math.floorDiv(now.getEpochSecond(), seconds) * seconds;
    for (int i = 0; i <= ahead; i++) {
      Instant from = Instant.ofEpochSecond(first + i * seconds);
      String name = prefix() + from.getEpochSecond();
      if (!exists(connection, name)) {
        make(connection, name, from, from.plus(span));
      }
    }
  }

  /**
   * Rows of its time may lie in the default partition already (replays of today): they move, unseen
   * by others.
   */
  private void make(Connection connection, String name, Instant from, Instant to)
      throws SQLException {
    connection.setAutoCommit(false);
    String range = column + " >= '" + from + "' AND " + column + " < '" + to + "'";
    try (Statement statement = connection.createStatement()) {
      // Questions lock the root, so that none sees rows on their way.
      statement.execute("LOCK TABLE ONLY " + root + " IN ACCESS EXCLUSIVE MODE");
      statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
      statement.execute(
          "CREATE TABLE "
              + name
              + " (LIKE "
              + table
              + " INCLUDING DEFAULTS INCLUDING STORAGE) WITH "
              + STORAGE);
      statement.execute(
          "INSERT INTO " + name + " SELECT * FROM " + defaultPartition() + " WHERE " + range);
      statement.execute("DELETE FROM " + defaultPartition() + " WHERE " + range);
      statement.execute(
          "ALTER TABLE "
              + table
              + " ATTACH PARTITION "
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

  /** All but the default one, oldest first. */
  List<Partition> existing(Connection connection) throws SQLException {
    List<Partition> partitions = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = ?::regclass AND c.relname ~ ?
            ORDER BY substr(c.relname, ?)::bigint\
            """)) {
      query.setString(1, table);
      query.setString(2, "^" + prefix() + "[0-9]+$");
      query.setInt(3, prefix().length() + 1);
      try (ResultSet result = query.executeQuery()) {
        while (result.next()) {
          String name = result.getString(1);
          long start = Long.parseLong(name.substring(prefix().length()));
          partitions.add(new Partition(name, Instant.ofEpochSecond(start).plus(span)));
        }
      }
    }
    return partitions;
  }

  /** The partition that ends then, where there is one. */
  void drop(Connection connection, Instant end) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + prefix() + end.minus(span).getEpochSecond());
    }
  }

  /** Of the table with all its partitions and indexes. */
  static long bytes(Connection connection, String table) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::bigint"
                + " FROM pg_partition_tree(?::regclass)")) {
      query.setString(1, table);
      try (ResultSet result = query.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
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
}
