package io.sluice.query.ask;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows that together hold each request of a range once: the longest where they have closed and
 * lie in it whole, for they are few and stay for long, and the shortest at the ends.
 */
final class Windows {
  /** All windows that are shorter than a minute have the same length, a setting of the job. */
  private static final String SHORTEST = "window_seconds < 60";

  /** A length of window, and whether the query service made them: then some may be missing. */
  private record Length(long seconds, boolean rolled) {}

  /** Longest first. */
  private static final List<Length> LENGTHS =
      List.of(
          new Length(604_800, true),
          new Length(86_400, false),
          new Length(21_600, true),
          new Length(3_600, false),
          new Length(600, true),
          new Length(60, false));

  /** Tells which windows of the query service's own lengths may be read. */
  interface Rolled {
    Rolled NONE = (_, _, _) -> List.of();

    /**
     * @param from null for no beginning
     * @return starts of the windows that begin in the range, earliest first
     */
    List<Instant> ready(long seconds, Instant from, Instant to) throws SQLException;

    /** As the store says it now. */
    static Rolled in(Connection connection) {
      return (seconds, from, to) -> {
        Conditions query =
            new Conditions()
                .text("SELECT window_start FROM rolled_windows WHERE ready AND window_seconds = ")
                .text(Long.toString(seconds));
        query.within("window_start", from, to);
        query.text(" ORDER BY 1");
        List<Instant> starts = new ArrayList<>();
        try (PreparedStatement statement = query.prepare(connection);
            ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            starts.add(result.getObject(1, OffsetDateTime.class).toInstant());
          }
        }
        return starts;
      };
    }
  }

  /**
   * @param length null for the shortest
   * @param from null for no beginning
   * @param to null for no end
   */
  private record Piece(Length length, Instant from, Instant to) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final Instant closed;
  private final long bucketSeconds;
  private final Rolled rolled;

  /**
   * @param closed up to when windows of every length have their rows; null where nobody knows
   * @param bucketSeconds windows are told apart at multiples of this and no finer; 0 for any
   */
  Windows(TimeRange range, Instant closed, long bucketSeconds, Rolled rolled) throws SQLException {
    this.closed = closed;
    this.bucketSeconds = bucketSeconds;
    this.rolled = rolled;
    cover(range.from(), range.to(), 0);
  }

  /**
   * The job writes all lengths of a window's end before it moves its event time, each subtask for
   * itself.
   */
  static Instant closed(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT min(event_time) FROM stats_progress");
        ResultSet result = statement.executeQuery()) {
      result.next();
      OffsetDateTime reached = result.getObject(1, OffsetDateTime.class);
      return reached == null ? null : reached.toInstant();
    }
  }

  private void cover(Instant from, Instant to, int level) throws SQLException {
    if (closed == null || level == LENGTHS.size()) {
      pieces.add(new Piece(null, from, to));
      return;
    }
    Length length = LENGTHS.get(level);
    Instant end = floor(to == null || closed.isBefore(to) ? closed : to, length.seconds);
    Instant begin =
        from == null ? null : floor(from.plusSeconds(length.seconds).minusNanos(1), length.seconds);
    Instant covered = from;
    if (bucketSeconds % length.seconds == 0 && (begin == null || begin.isBefore(end))) {
      for (TimeRange run : runs(length, begin, end)) {
        if (run.from() != null && !run.from().equals(covered)) {
          cover(covered, run.from(), level + 1);
        }
        pieces.add(new Piece(length, run.from(), run.to()));
        covered = run.to();
      }
    }
    if (covered == null || to == null || covered.isBefore(to)) {
      cover(covered, to, level + 1);
    }
  }

  /** Stretches without a hole in which all windows of the length may be read. */
  private List<TimeRange> runs(Length length, Instant begin, Instant end) throws SQLException {
    if (!length.rolled) {
      return List.of(new TimeRange(begin, end));
    }
    List<TimeRange> runs = new ArrayList<>();
    for (Instant start : rolled.ready(length.seconds, begin, end)) {
      Instant next = start.plusSeconds(length.seconds);
      if (!runs.isEmpty() && runs.getLast().to().equals(start)) {
        runs.set(runs.size() - 1, new TimeRange(runs.getLast().from(), next));
      } else {
        runs.add(new TimeRange(start, next));
      }
    }
    return runs;
  }

  private static Instant floor(Instant time, long seconds) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  /**
   * As a table of a FROM: each piece is read by itself, from its partitions alone, which is twice
   * as fast as one reading by conditions of which one must be true.
   */
  void addTo(Conditions conditions, Relation relation) {
    String union = "(";
    for (Piece piece : pieces) {
      boolean isRolled = piece.length != null && piece.length.rolled;
      String length = piece.length == null ? SHORTEST : "window_seconds = " + piece.length.seconds;
      String view = isRolled ? relation.rolled() : relation.view;
      conditions.text(union + "SELECT * FROM " + view + " WHERE " + length);
      conditions.within("window_start", piece.from, piece.to);
      union = " UNION ALL ";
    }
    conditions.text(")");
  }
}
