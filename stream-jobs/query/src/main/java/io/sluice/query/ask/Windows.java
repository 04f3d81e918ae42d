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

  private static final long[] LENGTHS = {86_400, 3_600, 60};

  /**
   * @param from null for no beginning
   * @param to null for no end
   */
  private record Piece(String length, Instant from, Instant to) {}

  private final List<Piece> pieces = new ArrayList<>();

  /**
   * @param closed up to when windows of every length have their rows; null where nobody knows
   * @param bucketSeconds windows are told apart at multiples of this and no finer; 0 for any
   */
  Windows(TimeRange range, Instant closed, long bucketSeconds) {
    cover(range.from(), range.to(), closed, bucketSeconds, 0);
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

  private void cover(Instant from, Instant to, Instant closed, long bucketSeconds, int level) {
    if (closed == null || level == LENGTHS.length) {
      pieces.add(new Piece(SHORTEST, from, to));
      return;
    }
    long seconds = LENGTHS[level];
    Instant end = floor(to == null || closed.isBefore(to) ? closed : to, seconds);
    Instant begin = from == null ? null : floor(from.plusSeconds(seconds).minusNanos(1), seconds);
    if (bucketSeconds % seconds != 0 || (begin != null && !begin.isBefore(end))) {
      cover(from, to, closed, bucketSeconds, level + 1);
      return;
    }
    if (begin != null && from.isBefore(begin)) {
      cover(from, begin, closed, bucketSeconds, level + 1);
    }
    pieces.add(new Piece("window_seconds = " + seconds, begin, end));
    if (to == null || end.isBefore(to)) {
      cover(end, to, closed, bucketSeconds, level + 1);
    }
  }

  private static Instant floor(Instant time, long seconds) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  /**
   * As a table of a FROM: each piece is read by itself, from its partitions alone, which is twice
   * as fast as one reading by conditions of which one must be true.
   */
  void addTo(Conditions conditions, String view) {
    String union = "(";
    for (Piece piece : pieces) {
      conditions.text(union + "SELECT * FROM " + view + " WHERE " + piece.length);
      conditions.within("window_start", piece.from, piece.to);
      union = " UNION ALL ";
    }
    conditions.text(")");
  }
}
