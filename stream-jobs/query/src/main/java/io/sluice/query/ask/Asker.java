package io.sluice.query.ask;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Answers the standard questions from the store. Any thread. */
public final class Asker {
  /** Widths that people read well; the last is for ranges of many years. */
  private static final int[] BUCKETS = {
    10,
    30,
    60,
    300,
    600,
    1_800,
    3_600,
    10_800,
    21_600,
    43_200,
    86_400,
    604_800,
    2_592_000,
    31_536_000
  };

  private static final int DAY_SECONDS = 86_400;
  private static final Duration LONG_RANGE = Duration.ofDays(7);

  private final DataSource reader;

  /**
   * @param reader connections of the role that can only read
   */
  public Asker(DataSource reader) {
    this.reader = reader;
  }

  /**
   * @throws SQLException where the store is away or the time limit is reached
   */
  public Rows ask(Question question, Filter filter) throws SQLException {
    try (Connection connection = reader.getConnection()) {
      connection.setAutoCommit(false);
      // Sums and sketches are read by two statements, and both must see the same rows.
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      try {
        lock(connection);
        Instant closed = Windows.closed(connection);
        return switch (question) {
          case TIMELINE -> timeline(connection, filter, closed);
          case CLIENTS, AGENTS, REFERRERS -> ranked(connection, question, filter, closed);
          case REQUESTS -> Lists.requests(connection, filter);
          case BURSTS -> Lists.bursts(connection, filter);
          case LEDGER -> Lists.ledger(connection, filter);
          case SENSORS -> Lists.sensors(connection, filter);
          case PACKETS -> Lists.packets(connection, filter);
          case NEW -> Lists.newHosts(connection, filter, closed, Instant.now());
          case RARE -> Lists.rareHosts(connection, filter, closed);
          default -> top(connection, question, filter, closed);
        };
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * Waits for a partition that is being made. Rows that move to it while a question waits would be
   * in neither place for it: what it sees is fixed by its first statement, but where it looks is
   * not. A LOCK fixes nothing yet.
   */
  private static void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "LOCK TABLE ONLY request_stats, ONLY rolled_stats, ONLY host_stats, ONLY total_stats,"
              + " ONLY requests IN ACCESS SHARE MODE");
    }
  }

  /** The question's own and those that were asked for beside, each once. */
  private static List<Dimension> dimensions(Question question, Filter filter) {
    return Stream.concat(question.keys.stream(), filter.by().stream()).distinct().toList();
  }

  private static Relation relation(Question question, Filter filter, List<Dimension> keys) {
    Set<Dimension> wanted = EnumSet.noneOf(Dimension.class);
    wanted.addAll(keys);
    wanted.addAll(filter.equal().keySet());
    return Relation.of(question, wanted);
  }

  private static Windows windows(
      Connection connection, Relation relation, Filter filter, Instant closed, int bucketSeconds)
      throws SQLException {
    Windows.Rolled rolled =
        relation.rolled().isEmpty() ? Windows.Rolled.NONE : Windows.Rolled.in(connection);
    return new Windows(filter.range(), closed, bucketSeconds, rolled);
  }

  private static Rows top(Connection connection, Question question, Filter filter, Instant closed)
      throws SQLException {
    List<Dimension> keys = dimensions(question, filter);
    Relation relation = relation(question, filter, keys);
    Groups groups =
        new Groups(
            connection,
            relation,
            filter,
            windows(connection, relation, filter, closed, 0),
            keys.stream().map(k -> k.in(relation)).toList(),
            keys.stream().map(k -> k.groupedIn(relation)).toList());
    String order =
        question == Question.TRUNCATED ? "truncated DESC, requests DESC" : "requests DESC";
    Collection<Group> found = groups.read(order, filter.limit());
    List<String> names = keys.stream().map(Dimension::title).toList();
    return switch (question) {
      case LATENCY -> Answers.latencies(names, found);
      case TRUNCATED -> Answers.truncated(names, found);
      default -> Answers.summaries(names, found, relation);
    };
  }

  private static Rows ranked(
      Connection connection, Question question, Filter filter, Instant closed) throws SQLException {
    List<Dimension> keys = dimensions(question, filter);
    Relation relation = relation(question, filter, keys);
    Windows windows = windows(connection, relation, filter, closed, 0);
    return Lists.ranked(connection, relation, keys, filter, windows);
  }

  private static Rows timeline(Connection connection, Filter filter, Instant closed)
      throws SQLException {
    List<Dimension> keys = dimensions(Question.TIMELINE, filter);
    Relation relation = relation(Question.TIMELINE, filter, keys);
    int seconds =
        filter.bucketSeconds() > 0
            ? filter.bucketSeconds()
            : fittingBucket(connection, relation, filter, closed);
    String bucket =
        "date_bin(interval '%d seconds', %s, timestamptz 'epoch')"
            .formatted(seconds, relation.time());
    Groups groups =
        new Groups(
            connection,
            relation,
            filter,
            windows(connection, relation, filter, closed, seconds),
            Stream.concat(Stream.of(bucket), keys.stream().map(k -> k.in(relation))).toList(),
            Stream.concat(Stream.of(bucket), keys.stream().map(k -> k.groupedIn(relation)))
                .toList());
    // The newest, where a given width makes more buckets than rows are wanted.
    int limit = keys.isEmpty() ? filter.limit() : Filter.MOST_ROWS;
    List<Group> newestFirst = new ArrayList<>(groups.read("1 DESC", limit));
    List<String> names =
        Stream.concat(
                Stream.of("window_start", "seconds", "per_second"),
                keys.stream().map(Dimension::title))
            .toList();
    TimeRange range = filter.range().until(Instant.now());
    List<Group> found =
        newestFirst.reversed().stream().map(g -> withRate(g, seconds, range)).toList();
    return Answers.summaries(names, found, relation);
  }

  /** A bucket that lies in the range with a part only is measured by that part. */
  private static Group withRate(Group group, long seconds, TimeRange range) {
    List<Object> keys = new ArrayList<>(group.keys());
    Instant start = (Instant) keys.getFirst();
    Duration part = range.part(start, start.plusSeconds(seconds));
    double perSecond = group.requests() / Math.max(BUCKETS[0], part.toMillis() / 1e3);
    keys.add(1, seconds);
    keys.add(2, BigDecimal.valueOf(Math.round(1e3 * perSecond), 3));
    return group.of(keys);
  }

  private static int fittingBucket(
      Connection connection, Relation relation, Filter filter, Instant closed) throws SQLException {
    Instant from = filter.range().from();
    Instant to = filter.range().to();
    if (from == null || to == null) {
      Conditions span =
          new Conditions()
              .text("SELECT min(%1$s), max(%1$s)".formatted(relation.time()))
              .from(relation, filter, windows(connection, relation, filter, closed, 0));
      try (PreparedStatement statement = span.prepare(connection);
          ResultSet result = statement.executeQuery()) {
        result.next();
        if (result.getObject(1) == null) {
          return BUCKETS[0];
        }
        from = from == null ? result.getObject(1, OffsetDateTime.class).toInstant() : from;
        to = to == null ? result.getObject(2, OffsetDateTime.class).toInstant() : to;
      }
    }
    // Sums by template are many: long ranges are answered from the rows of days.
    boolean daily =
        relation == Relation.SUMS && Duration.between(from, to).compareTo(LONG_RANGE) >= 0;
    for (int seconds : BUCKETS) {
      if (daily && seconds < DAY_SECONDS) {
        continue;
      }
      // Both ends may lie within a bucket.
      if (Duration.between(from, to).toSeconds() / seconds + 2 <= filter.limit()) {
        return seconds;
      }
    }
    return BUCKETS[BUCKETS.length - 1];
  }
}
