package io.sluice.query.ask;

import io.sluice.query.ask.Group.Counted;
import io.sluice.query.ask.Group.Sketches;
import io.sluice.query.ask.Group.Spread;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Adds up rows by their keys, with sketches where there are some. For one question. */
final class Groups {
  private static final String SUMS =
      "sum(requests)::bigint AS requests, sum(errors)::bigint, sum(truncated)::bigint AS truncated,"
          + " sum(request_bytes)::bigint, sum(response_bytes)::bigint, sum(latency_count)::bigint,"
          + " sum(latency_sum_us)::bigint";

  private static final String COUNTS =
      "count(*) AS requests, count(*) FILTER (WHERE status >= 400),"
          + " count(*) FILTER (WHERE 'truncated' = ANY (flags)) AS truncated,"
          + " sum(request_bytes)::bigint, sum(response_bytes)::bigint, count(latency_us),"
          + " sum(latency_us)::bigint, count(DISTINCT client), percentile_disc(ARRAY"
          + Spread.QUANTILES
          + ") WITHIN GROUP (ORDER BY latency_us)";

  private static final int FETCH_ROWS = 2_000;

  private final Connection connection;
  private final Relation relation;
  private final Filter filter;
  private final Windows windows;

  /** SQL of each key, over a row of the relation. */
  private final List<String> keys;

  /** What to group by, of which each key is made. */
  private final List<String> grouped;

  Groups(
      Connection connection,
      Relation relation,
      Filter filter,
      Windows windows,
      List<String> keys,
      List<String> grouped) {
    this.connection = connection;
    this.relation = relation;
    this.filter = filter;
    this.windows = windows;
    this.keys = keys;
    this.grouped = grouped;
  }

  /**
   * @param order of an ORDER BY: by sums and by ordinals of keys
   */
  Collection<Group> read(String order, int limit) throws SQLException {
    boolean single = relation == Relation.REQUESTS;
    Conditions query =
        new Conditions()
            .text("SELECT " + columns() + (single ? COUNTS : SUMS))
            .from(relation, filter, windows);
    if (!keys.isEmpty()) {
      String ordinals =
          IntStream.rangeClosed(1, keys.size())
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(", "));
      query.text(" GROUP BY " + String.join(", ", grouped));
      query.text(" ORDER BY " + (order.isEmpty() ? "" : order + ", ") + ordinals);
      query.text(" LIMIT " + limit);
    }
    Map<List<Object>, Group> groups = new LinkedHashMap<>();
    try (PreparedStatement statement = query.prepare(connection);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        Group group = group(result);
        groups.put(group.keys(), group);
      }
    }
    if (relation.hasSketches() && !groups.isEmpty()) {
      addSketches(groups);
    }
    return groups.values();
  }

  private String columns() {
    return keys.stream().map(key -> key + ", ").collect(Collectors.joining());
  }

  private Group group(ResultSet result) throws SQLException {
    int column = keys.size();
    return new Group(
        keysOf(result),
        result.getLong(++column),
        result.getLong(++column),
        result.getLong(++column),
        result.getLong(++column),
        result.getLong(++column),
        result.getLong(++column),
        result.getLong(++column),
        spread(result, column));
  }

  private Spread spread(ResultSet result, int column) throws SQLException {
    if (relation.hasSketches()) {
      return new Sketches(new LatencySketch(), new ClientSketch());
    }
    if (relation != Relation.REQUESTS) {
      return null;
    }
    long clients = result.getLong(column + 1);
    Array latencies = result.getArray(column + 2);
    return new Counted(
        latencies == null ? List.of() : Arrays.asList((Long[]) latencies.getArray()), clients);
  }

  private void addSketches(Map<List<Object>, Group> groups) throws SQLException {
    Conditions query =
        new Conditions()
            .text("SELECT " + columns() + "latency_sketch, client_sketch")
            .from(relation, filter, windows);
    if (keys.equals(List.of(Dimension.HOST.in(relation)))) {
      // Only the groups that are shown: a host with few requests costs nothing.
      Object[] shown = groups.keySet().stream().map(List::getFirst).toArray();
      query
          .text(" AND " + keys.getFirst() + " = ANY (?)")
          .parameter(connection.createArrayOf("text", shown));
    }
    try (PreparedStatement statement = query.prepare(connection)) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Group group = groups.get(keysOf(result));
          if (group != null && group.spread() instanceof Sketches(var latency, var clients)) {
            latency.add(result.getBytes(keys.size() + 1));
            clients.add(result.getBytes(keys.size() + 2));
          }
        }
      }
    }
  }

  private List<Object> keysOf(ResultSet result) throws SQLException {
    List<Object> values = new ArrayList<>(keys.size());
    for (int i = 1; i <= keys.size(); i++) {
      Object key =
          result.getMetaData().getColumnTypeName(i).equals("timestamptz")
              ? result.getObject(i, OffsetDateTime.class).toInstant()
              : result.getString(i);
      values.add(key);
    }
    return values;
  }
}
