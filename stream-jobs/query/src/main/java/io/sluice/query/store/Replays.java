package io.sluice.query.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes replayed files count. The rows of an attempt are invisible until they add up to the events
 * that were read, and become visible in one transaction that removes those of the file's earlier
 * attempts: a total changes at once or never.
 */
public final class Replays {
  private static final List<String> TABLES = List.of("request_stats", "host_stats", "total_stats");

  /** Which other attempts give way to one's own. */
  private static final String REPLACED =
      " other.run = own.run AND other.attempt <> own.attempt AND (other.promoted"
          + " OR (other.completed_at, other.attempt) < (own.completed_at, own.attempt))";

  private final Store store;

  public Replays(Store store) {
    this.store = store;
  }

  /**
   * How far an attempt is.
   *
   * @param events how many the file gave, or null while the job has not reported the end
   * @param stored requests in the store
   * @param promoted true where they count
   */
  public record Progress(Long events, long stored, boolean promoted) {}

  private record Attempt(String run, String attempt) {}

  /** Any attempt, known or not: of an unknown one nothing is stored. */
  public Progress progress(String run, String attempt) throws SQLException {
    try (Connection connection = store.owner().getConnection()) {
      long stored = stored(connection, new Attempt(run, attempt));
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT events, promoted FROM replay_runs WHERE run = ? AND attempt = ?")) {
        query.setString(1, run);
        query.setString(2, attempt);
        try (ResultSet result = query.executeQuery()) {
          return result.next()
              ? new Progress(result.getLong(1), stored, result.getBoolean(2))
              : new Progress(null, stored, false);
        }
      }
    }
  }

  /**
   * Promotes every attempt that adds up.
   *
   * @return how many
   */
  int promoteComplete() throws SQLException {
    int promoted = 0;
    try (Connection connection = store.owner().getConnection()) {
      connection.setAutoCommit(false);
      for (Attempt attempt : waiting(connection)) {
        if (promote(connection, attempt)) {
          promoted++;
        }
        connection.commit();
      }
    }
    return promoted;
  }

  /** In the order in which they ended: of two complete attempts the later one stays. */
  private static List<Attempt> waiting(Connection connection) throws SQLException {
    List<Attempt> attempts = new ArrayList<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT run, attempt FROM replay_runs WHERE NOT promoted ORDER BY completed_at, attempt");
        ResultSet result = query.executeQuery()) {
      while (result.next()) {
        attempts.add(new Attempt(result.getString(1), result.getString(2)));
      }
    }
    connection.commit();
    return attempts;
  }

  private static boolean promote(Connection connection, Attempt attempt) throws SQLException {
    // Locked, so that two services at one store don't promote two attempts of a file against each
    // other.
    execute(connection, "SELECT pg_advisory_xact_lock(hashtext(?))", attempt.run);
    long events;
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT events FROM replay_runs WHERE run = ? AND attempt = ? AND NOT promoted FOR UPDATE")) {
      query.setString(1, attempt.run);
      query.setString(2, attempt.attempt);
      try (ResultSet result = query.executeQuery()) {
        if (!result.next()) {
          return false;
        }
        events = result.getLong(1);
      }
    }
    if (stored(connection, attempt) != events) {
      return false;
    }
    // What ended later than this stays: its turn comes, and somebody may be waiting for it. What
    // has not ended has no entry.
    for (String table : TABLES) {
      execute(
          connection,
          "DELETE FROM "
              + table
              + """
                 s USING replay_runs other, replay_runs own
              WHERE own.run = ? AND own.attempt = ? AND s.attempt <> ''
                AND s.run = other.run AND s.attempt = other.attempt AND\
              """
              + REPLACED,
          attempt.run,
          attempt.attempt);
    }
    execute(
        connection,
        "DELETE FROM replay_runs other USING replay_runs own"
            + " WHERE own.run = ? AND own.attempt = ? AND"
            + REPLACED,
        attempt.run,
        attempt.attempt);
    execute(
        connection,
        "UPDATE replay_runs SET promoted = true WHERE run = ? AND attempt = ?",
        attempt.run,
        attempt.attempt);
    return true;
  }

  private static long stored(Connection connection, Attempt attempt) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            // Of the shortest windows: longer ones hold the same requests again.
            "SELECT coalesce(sum(requests), 0)::bigint FROM request_stats"
                + " WHERE run = ? AND attempt = ? AND attempt <> '' AND window_seconds < 60")) {
      query.setString(1, attempt.run);
      query.setString(2, attempt.attempt);
      try (ResultSet result = query.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  private static void execute(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      statement.execute();
    }
  }
}
