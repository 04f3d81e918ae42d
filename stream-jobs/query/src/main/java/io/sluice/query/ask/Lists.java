package io.sluice.query.ask;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Questions whose answers are rows as one statement gives them. */
final class Lists {
  /** Fewer refusals of a client in a minute are no burst. */
  private static final int BURST = 10;

  /** A host that was not seen for so long is new again. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(30);

  private static final Duration NEW_SINCE = Duration.ofDays(1);

  private Lists() {}

  /** The error is the same for all: what the lists of all windows leave open. */
  static Rows ranked(
      Connection connection,
      Relation relation,
      List<Dimension> keys,
      Filter filter,
      Windows windows)
      throws SQLException {
    Object error = 0L;
    String requests = "count(*)";
    if (!relation.error.isEmpty()) {
      // The lists' own value is no column of the row that they are in.
      Map<Dimension, String> columns = new EnumMap<>(Dimension.class);
      filter
          .equal()
          .forEach((dimension, value) -> {
            if (dimension == Dimension.HOST) {
              columns.put(dimension, value);
            }
          });
      Filter rows = new Filter(filter.range(), columns, null, List.of(), filter.limit(), 0);
      Conditions most =
          new Conditions()
              .text("SELECT coalesce(sum(" + relation.error + "), 0)::bigint AS error")
              .fromUnlisted(relation, rows, windows);
      error = list(connection, most).rows().getFirst().getFirst();
      requests = "sum(listed_requests)::bigint";
    }
    String columns =
        keys.stream()
            .map(k -> k.in(relation) + " AS " + k.title() + ", ")
            .collect(Collectors.joining());
    String ordinals =
        IntStream.rangeClosed(1, keys.size())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    String groups = keys.stream().map(k -> k.groupedIn(relation)).collect(Collectors.joining(", "));
    Conditions sums =
        new Conditions()
            .text("SELECT " + columns + requests + " AS requests, " + error + "::bigint AS error")
            .from(relation, filter, windows)
            .text(" GROUP BY " + groups + " ORDER BY requests DESC, " + ordinals)
            .text(" LIMIT " + filter.limit());
    return list(connection, sums);
  }

  static Rows requests(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text("SELECT ts, client, method, host, target, status, request_bytes, response_bytes,")
            .text(" latency_us, sensor, user_agent, id")
            .from(Relation.REQUESTS, filter, null)
            .text(" ORDER BY ts DESC, id LIMIT " + filter.limit());
    return list(connection, query);
  }

  static Rows bursts(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text("SELECT date_trunc('minute', ts, 'UTC') AS minute, client, host, status,")
            .text(" count(*) AS requests, count(DISTINCT template) AS templates")
            .from(Relation.REQUESTS, filter, null)
            .text(" AND status IN (401, 404) GROUP BY 1, 2, 3, 4 HAVING count(*) >= " + BURST)
            .text(" ORDER BY requests DESC, 1, 2, 3, 4 LIMIT " + filter.limit());
    return list(connection, query);
  }

  static Rows ledger(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text(
                "SELECT minute, consumed, aggregated, duplicate, late, future, malformed, unknown,")
            .text(" heartbeats, replayed, replay_ends, consumed - aggregated - duplicate - late")
            .text(" - future - malformed - unknown - heartbeats - replayed - replay_ends")
            .text(" AS unaccounted, clamped, overflowed")
            .from(Relation.LEDGER, filter, null)
            .text(" ORDER BY minute DESC LIMIT " + filter.limit());
    return list(connection, query);
  }

  static Rows sensors(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text(
                "WITH runs AS (SELECT sensor, run, min(from_time) AS began, max(to_time) AS ended,")
            .text(" count(*) AS records, max(sequence) - min(sequence) + 1 - count(*) AS missing,")
            .text(
                " bool_or(last) AS last, (array_agg(version ORDER BY sequence DESC))[1] AS version,")
            .text(" (array_agg(source ORDER BY sequence DESC))[1] AS source")
            .from(Relation.HEALTH, filter, null)
            .text(" GROUP BY sensor, run) SELECT sensor, min(began) AS first_seen,")
            .text(
                " max(ended) AS last_seen, count(*) AS runs, count(*) FILTER (WHERE last) AS ended,")
            .text(" sum(records)::bigint AS records, sum(missing)::bigint AS missing,")
            .text(" (array_agg(version ORDER BY ended DESC, run DESC))[1] AS version,")
            .text(" (array_agg(source ORDER BY ended DESC, run DESC))[1] AS source")
            .text(" FROM runs GROUP BY sensor ORDER BY last_seen DESC, sensor")
            .text(" LIMIT " + filter.limit());
    return list(connection, query);
  }

  /** What came into each stage and went out of it; the rest is on its way more than before. */
  static Rows packets(Connection connection, Filter filter) throws SQLException {
    Conditions query =
        new Conditions()
            .text("WITH seen AS (SELECT stages, units, inputs, came_in, way_stages, ways, amounts")
            .from(Relation.HEALTH, filter, null)
            .text("), lines AS (SELECT stage, min(place) AS place, max(unit) AS unit,")
            .text(" max(input) AS input, sum(amount)::bigint AS came_in FROM seen,")
            .text(" unnest(stages, units, inputs, came_in) WITH ORDINALITY")
            .text(" AS line (stage, unit, input, amount, place) GROUP BY stage),")
            .text(" outs AS (SELECT stage, way, sum(amount)::bigint AS amount FROM seen,")
            .text(" unnest(way_stages, ways, amounts) AS out (stage, way, amount) GROUP BY 1, 2),")
            .text(" all_ways AS (SELECT stage, way, amount FROM outs UNION ALL")
            .text(" SELECT stage, 'pending', came_in - coalesce((SELECT sum(amount) FROM outs")
            .text(" WHERE outs.stage = lines.stage), 0)::bigint FROM lines)")
            .text(" SELECT stage, unit, input, came_in, way, amount FROM lines JOIN all_ways")
            .text(" USING (stage) WHERE amount <> 0 ORDER BY place, stage, amount DESC, way")
            .text(" LIMIT " + filter.limit());
    return list(connection, query);
  }

  /** Those that have requests in the range and none in the days before it. */
  static Rows newHosts(Connection connection, Filter filter, Instant closed, Instant now)
      throws SQLException {
    TimeRange asked = filter.range();
    Instant to = asked.to();
    Instant from = asked.from() != null ? asked.from() : (to == null ? now : to).minus(NEW_SINCE);
    Conditions query =
        new Conditions()
            .text("SELECT host, min(window_start) AS first_seen, max(window_start) AS last_seen,")
            .text(" sum(requests)::bigint AS requests");
    TimeRange range = new TimeRange(from, to);
    query.from(
        Relation.HOSTS, filter.within(range), new Windows(range, closed, 0, Windows.Rolled.NONE));
    query.text(" AND NOT EXISTS (SELECT 1 FROM ");
    TimeRange before = new TimeRange(from.minus(FORGOTTEN_AFTER), from);
    new Windows(before, closed, 0, Windows.Rolled.NONE).addTo(query, Relation.HOSTS);
    query
        .text(" AS earlier WHERE earlier.host = visible_hosts.host)")
        .text(" GROUP BY host ORDER BY first_seen DESC, host LIMIT " + filter.limit());
    return list(connection, query);
  }

  static Rows rareHosts(Connection connection, Filter filter, Instant closed) throws SQLException {
    Conditions query =
        new Conditions()
            .text("SELECT host, min(window_start) AS first_seen, max(window_start) AS last_seen,")
            .text(" sum(requests)::bigint AS requests")
            .from(
                Relation.HOSTS, filter, new Windows(filter.range(), closed, 0, Windows.Rolled.NONE))
            .text(" GROUP BY host ORDER BY requests, host LIMIT " + filter.limit());
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
}
