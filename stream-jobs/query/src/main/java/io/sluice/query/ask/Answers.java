package io.sluice.query.ask;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** From groups to the rows of an answer. */
final class Answers {
  private record Column(String name, Function<Group, Object> value) {}

  private static final Column REQUESTS = new Column("requests", Group::requests);
  private static final Column MEAN = new Column("mean_us", Group::meanUs);

  private static final List<Column> SUMS =
      List.of(
          REQUESTS,
          new Column("errors", Group::errors),
          new Column("error_share", g -> g.share(g.errors())),
          new Column("request_bytes", Group::requestBytes),
          new Column("response_bytes", Group::responseBytes));

  private static final List<Column> SPREADS =
      List.of(
          quantile("p50_us", 0.5),
          quantile("p95_us", 0.95),
          quantile("p99_us", 0.99),
          new Column("clients", g -> g.spread().clients()));

  private static final List<Column> LATENCIES =
      List.of(
          REQUESTS,
          new Column("responses", Group::responses),
          MEAN,
          quantile("p50_us", 0.5),
          quantile("p75_us", 0.75),
          quantile("p90_us", 0.9),
          quantile("p95_us", 0.95),
          quantile("p99_us", 0.99),
          quantile("max_us", 1.0));

  private static final List<Column> TRUNCATED =
      List.of(
          REQUESTS,
          new Column("truncated", Group::truncated),
          new Column("share", g -> g.share(g.truncated())));

  private Answers() {}

  private static Column quantile(String name, double quantile) {
    return new Column(name, g -> g.spread().latencyUs(quantile));
  }

  /** With quantiles and distinct clients where the rows tell them, else with the mean. */
  static Rows summaries(List<String> keys, Collection<Group> groups, Relation relation) {
    boolean isSpread = relation != Relation.SUMS;
    List<Column> last = isSpread ? SPREADS : List.of(MEAN);
    return rows(keys, Stream.concat(SUMS.stream(), last.stream()).toList(), groups);
  }

  static Rows latencies(List<String> keys, Collection<Group> groups) {
    return rows(keys, LATENCIES, groups);
  }

  static Rows truncated(List<String> keys, Collection<Group> groups) {
    return rows(keys, TRUNCATED, groups);
  }

  private static Rows rows(List<String> keys, List<Column> columns, Collection<Group> groups) {
    List<String> names = new ArrayList<>(keys);
    columns.forEach(column -> names.add(column.name));
    List<List<Object>> rows = new ArrayList<>();
    for (Group group : groups) {
      List<Object> row = new ArrayList<>(group.keys());
      columns.forEach(column -> row.add(column.value.apply(group)));
      rows.add(row);
    }
    return new Rows(names, rows);
  }
}
