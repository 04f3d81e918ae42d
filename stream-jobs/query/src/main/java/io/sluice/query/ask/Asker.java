package io.sluice.query.ask;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Answers the standard questions from the store. Any thread. */
public final class Asker {
  private static final String SUMS =
      "sum(requests)::bigint AS requests, sum(errors)::bigint AS errors, sum(request_bytes)::bigint AS request_bytes,"
          + " sum(response_bytes)::bigint AS response_bytes, sum(latency_count)::bigint AS responses,"
          + " sum(latency_sum_us)::bigint AS latency_sum_us";

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

  private static final int FETCH_ROWS = 2_000;

  /** Fewer refusals of a client in a minute are no burst. */
  private static final int BURST = 10;

  private final DataSource reader;

  /**
   * @param reader connections of the role that can only read
   */
  public Asker(DataSource reader) {
    this.reader = reader;
  }

  /** What one group of rows adds up to. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Group(
      List<Object> keys, long[] sums, LatencySketch latency, ClientSketch clients) {
    long requests() {
      return sums[0];
    }

    /** Null without responses. */
    Long meanUs() {
      return sums[4] == 0 ? null : sums[5] / sums[4];
    }
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
        Filter windows =
            question.source.isOfWindows() ? filter.withHours(hours(connection, filter)) : filter;
        return switch (question) {
          case TIMELINE -> timeline(connection, windows);
          case CLIENTS, AGENTS, REFERRERS -> ranked(connection, question, windows);
          case REQUESTS -> requests(connection, filter);
          case BURSTS -> bursts(connection, filter);
          case LEDGER -> ledger(connection, filter);
          default -> top(connection, question, windows);
        };
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * The whole hours of the range that have closed: their rows hold all that the shorter windows'
   * do, and stay for longer. Null where there are none.
   */
  private static TimeRange hours(Connection connection, Filter filter) throws SQLException {
    Instant closed;
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT min(event_time) FROM stats_progress");
        ResultSet result = statement.executeQuery()) {
      result.next();
      OffsetDateTime reached = result.getObject(1, OffsetDateTime.class);
      if (reached == null) {
        return null;
      }
      closed = reached.toInstant();
    }
    Instant from = filter.range().from();
    Instant to = filter.range().to();
    Instant end = (to == null || closed.isBefore(to) ? closed : to).truncatedTo(ChronoUnit.HOURS);
    if (from == null) {
      return new TimeRange(null, end);
    }
    Instant begin = from.truncatedTo(ChronoUnit.HOURS);
    if (begin.isBefore(from)) {
      begin = begin.plus(1, ChronoUnit.HOURS);
    }
    return begin.isBefore(end) ? new TimeRange(begin, end) : null;
  }

  private static Rows top(Connection connection, Question question, Filter filter)
      throws SQLException {
    List<Question.Key> keys = question.keys;
    String columns =
        keys.stream()
            .map(k -> k.expression() + " AS " + k.column() + ", ")
            .collect(Collectors.joining());
    Conditions sums =
        new Conditions().text("SELECT " + columns + SUMS).from(question.source, filter);
    if (keys.isEmpty()) {
      Map<List<Object>, Group> total = groups(connection, sums, 0);
      addSketches(connection, sketches(columns, question, filter), 0, total);
      return summaries(question, total);
    }
    String ordinals =
        IntStream.rangeClosed(1, keys.size())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    sums.text(" GROUP BY " + ordinals + " ORDER BY requests DESC, " + ordinals);
    sums.text(" LIMIT " + filter.limit());
    Map<List<Object>, Group> groups = groups(connection, sums, keys.size());
    if (question.source == Question.Source.SUMS) {
      return summaries(question, groups);
    }

    // Only the groups that are shown: a host with few requests costs nothing.
    List<Array> shown = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      int column = i;
      Object[] values = groups.keySet().stream().map(k -> k.get(column)).toArray();
      shown.add(connection.createArrayOf("text", values));
    }
    String expressions =
        keys.stream().map(Question.Key::expression).collect(Collectors.joining(", "));
    String arrays = shown.stream().map(a -> "?").collect(Collectors.joining(", "));
    Conditions sketches = sketches(columns, question, filter);
    sketches.text(" AND (" + expressions + ") IN (SELECT * FROM unnest(" + arrays + "))");
    shown.forEach(sketches::parameter);
    addSketches(connection, sketches, keys.size(), groups);
    for (Array values : shown) {
      values.free();
    }
    return question == Question.LATENCY ? latencies(question, groups) : summaries(question, groups);
  }

  private static Conditions sketches(String columns, Question question, Filter filter) {
    return new Conditions()
        .text("SELECT " + columns + "latency_sketch, client_sketch")
        .from(question.source, filter);
  }

  /** The error is the same for all: what the lists of all hosts and windows leave open. */
  private static Rows ranked(Connection connection, Question question, Filter filter)
      throws SQLException {
    Conditions most =
        new Conditions()
            .text("SELECT coalesce(sum(" + question.source.error + "), 0)::bigint AS error")
            .from(Question.Source.HOSTS, filter);
    Object error = list(connection, most).rows().getFirst().getFirst();
    Conditions sums =
        new Conditions()
            .text("SELECT listed_value AS " + question.keys.getFirst().column())
            .text(", sum(listed_requests)::bigint AS requests, " + error + "::bigint AS error")
            .from(question.source, filter)
            .text(" GROUP BY 1 ORDER BY requests DESC, 1 LIMIT " + filter.limit());
    return list(connection, sums);
  }

  private static Rows requests(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text("SELECT ts, client, method, host, target, status, request_bytes, response_bytes,")
            .text(" latency_us, sensor, user_agent, id")
            .from(Question.REQUESTS.source, filter)
            .text(" ORDER BY ts DESC, id LIMIT " + filter.limit());
    return list(connection, query);
  }

  private static Rows bursts(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text("SELECT date_trunc('minute', ts, 'UTC') AS minute, client, host, status,")
            .text(" count(*) AS requests, count(DISTINCT template) AS templates")
            .from(Question.BURSTS.source, filter)
            .text(" AND status IN (401, 404) GROUP BY 1, 2, 3, 4 HAVING count(*) >= " + BURST)
            .text(" ORDER BY requests DESC, 1, 2, 3, 4 LIMIT " + filter.limit());
    return list(connection, query);
  }

  private static Rows ledger(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text(
                "SELECT minute, consumed, aggregated, duplicate, late, future, malformed, unknown,")
            .text(" heartbeats, replayed, replay_ends, consumed - aggregated - duplicate - late")
            .text(" - future - malformed - unknown - heartbeats - replayed - replay_ends")
            .text(" AS unaccounted, clamped, overflowed")
            .from(Question.LEDGER.source, filter)
            .text(" ORDER BY minute DESC LIMIT " + filter.limit());
    return list(connection, query);
  }

  /** The rows as they are: times, whole numbers and texts. */
  private static Rows list(Connection connection, Conditions query) throws SQLException {
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet result = statement.executeQuery()) {
      ResultSetMetaData data = result.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= data.getColumnCount(); i++) {
        columns.add(data.getColumnLabel(i));
      }
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(
              switch (result.getObject(i)) {
                case null -> null;
                case Timestamp _ -> result.getObject(i, OffsetDateTime.class).toInstant();
                case Number number -> number.longValue();
                case Object text -> text.toString();
              });
        }
        rows.add(row);
      }
      return new Rows(columns, rows);
    }
  }

  private static Rows timeline(Connection connection, Filter asked) throws SQLException {
    int seconds =
        asked.bucketSeconds() > 0 ? asked.bucketSeconds() : fittingBucket(connection, asked);
    // A row of an hour can't be told apart into narrower buckets.
    Filter filter = seconds % 3_600 == 0 ? asked : asked.withHours(null);
    String bucket =
        "date_bin(interval '" + seconds + " seconds', window_start, timestamptz 'epoch')";
    Conditions sums =
        new Conditions()
            .text("SELECT " + bucket + " AS bucket, " + SUMS)
            .from(Question.TIMELINE.source, filter)
            // The newest, where a given width makes more buckets than rows are wanted.
            .text(" GROUP BY 1 ORDER BY 1 DESC LIMIT " + filter.limit());
    Map<List<Object>, Group> groups = groups(connection, sums, 1);
    Conditions sketches =
        new Conditions()
            .text("SELECT " + bucket + ", latency_sketch, client_sketch")
            .from(Question.TIMELINE.source, filter);
    addSketches(connection, sketches, 1, groups);

    List<List<Object>> rows = new ArrayList<>();
    for (Group group : List.copyOf(groups.values()).reversed()) {
      List<Object> row = new ArrayList<>(group.keys);
      row.add((long) seconds);
      addSummary(row, group);
      rows.add(row);
    }
    return new Rows(
        List.of(
            "window_start",
            "seconds",
            "requests",
            "errors",
            "request_bytes",
            "response_bytes",
            "p50_us",
            "p95_us",
            "p99_us",
            "clients"),
        rows);
  }

  private static int fittingBucket(Connection connection, Filter filter) throws SQLException {
    Instant from = filter.range().from();
    Instant to = filter.range().to();
    if (from == null || to == null) {
      Conditions span =
          new Conditions()
              .text("SELECT min(window_start), max(window_start)")
              .from(Question.TIMELINE.source, filter);
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
    for (int seconds : BUCKETS) {
      // Both ends may lie within a bucket.
      if ((to.getEpochSecond() - from.getEpochSecond()) / seconds + 2 <= filter.limit()) {
        return seconds;
      }
    }
    return BUCKETS[BUCKETS.length - 1];
  }

  private static Map<List<Object>, Group> groups(
      Connection connection, Conditions query, int keyColumns) throws SQLException {
    Map<List<Object>, Group> groups = new LinkedHashMap<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        List<Object> keys = keys(result, keyColumns);
        long[] sums = new long[6];
        for (int i = 0; i < sums.length; i++) {
          sums[i] = result.getLong(keyColumns + 1 + i);
        }
        groups.put(keys, new Group(keys, sums, new LatencySketch(), new ClientSketch()));
      }
    }
    return groups;
  }

  private static void addSketches(
      Connection connection, Conditions query, int keyColumns, Map<List<Object>, Group> groups)
      throws SQLException {
    if (groups.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = query.prepare(connection)) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Group group = groups.get(keys(result, keyColumns));
          if (group != null) {
            group.latency.add(result.getBytes(keyColumns + 1));
            group.clients.add(result.getBytes(keyColumns + 2));
          }
        }
      }
    }
  }

  private static List<Object> keys(ResultSet result, int columns) throws SQLException {
    List<Object> keys = new ArrayList<>(columns);
    for (int i = 1; i <= columns; i++) {
      Object key =
          result.getMetaData().getColumnTypeName(i).equals("timestamptz")
              ? result.getObject(i, OffsetDateTime.class).toInstant()
              : result.getString(i);
      keys.add(key);
    }
    return keys;
  }

  private static Rows summaries(Question question, Map<List<Object>, Group> groups) {
    List<String> columns =
        new ArrayList<>(question.keys.stream().map(Question.Key::column).toList());
    boolean sketched = question.source == Question.Source.HOSTS;
    columns.addAll(List.of("requests", "errors", "request_bytes", "response_bytes"));
    columns.addAll(
        sketched ? List.of("p50_us", "p95_us", "p99_us", "clients") : List.of("mean_us"));
    List<List<Object>> rows = new ArrayList<>();
    for (Group group : groups.values()) {
      List<Object> row = new ArrayList<>(group.keys);
      if (sketched) {
        addSummary(row, group);
      } else {
        addSums(row, group);
        row.add(group.meanUs());
      }
      rows.add(row);
    }
    return new Rows(columns, rows);
  }

  private static void addSummary(List<Object> row, Group group) {
    addSums(row, group);
    for (double quantile : new double[] {0.5, 0.95, 0.99}) {
      row.add(group.latency.quantile(quantile));
    }
    row.add(group.clients.count());
  }

  private static void addSums(List<Object> row, Group group) {
    for (int i = 0; i < 4; i++) {
      row.add(group.sums[i]);
    }
  }

  private static Rows latencies(Question question, Map<List<Object>, Group> groups) {
    List<List<Object>> rows = new ArrayList<>();
    for (Group group : groups.values()) {
      long responses = group.sums[4];
      List<Object> row = new ArrayList<>(group.keys);
      row.add(group.requests());
      row.add(responses);
      row.add(group.meanUs());
      for (double quantile : new double[] {0.5, 0.75, 0.9, 0.95, 0.99, 1}) {
        row.add(group.latency.quantile(quantile));
      }
      rows.add(row);
    }
    return new Rows(
        List.of(
            question.keys.getFirst().column(),
            "requests",
            "responses",
            "mean_us",
            "p50_us",
            "p75_us",
            "p90_us",
            "p95_us",
            "p99_us",
            "max_us"),
        rows);
  }
}
