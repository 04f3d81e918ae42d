package io.sluice.query.ask;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL text and its parameters, put together in step. */
final class Conditions {
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  Conditions text(String more) {
    sql.append(more);
    return this;
  }

  Conditions parameter(Object value) {
    parameters.add(value);
    return this;
  }

  /**
   * The rows that {@code filter} selects, as a FROM and WHERE.
   *
   * @param windows those that count, where the relation has windows; may be null where it has none
   */
  Conditions from(Relation relation, Filter filter, Windows windows) {
    text(" FROM ");
    rows(relation, windows);
    text(relation.listed + " WHERE true");
    return where(relation, filter);
  }

  /** The rows of a relation with lists, without what stands in the lists. */
  Conditions fromUnlisted(Relation relation, Filter filter, Windows windows) {
    text(" FROM ");
    rows(relation, windows);
    text(" WHERE true");
    return where(relation, filter);
  }

  private void rows(Relation relation, Windows windows) {
    if (relation.isOfWindows()) {
      windows.addTo(this, relation);
      text(" AS " + relation.view);
    } else {
      text(relation.view);
    }
  }

  private Conditions where(Relation relation, Filter filter) {
    if (!relation.isOfWindows()) {
      within(relation.time(), filter.range().from(), filter.range().to());
    }
    filter.equal().forEach((dimension, value) -> dimension.addEqual(this, relation, value));
    if (filter.path() != null) {
      text(" AND starts_with(target, ?)").parameter(filter.path());
    }
    return this;
  }

  /** Each end may be null for none. */
  void within(String column, Instant from, Instant to) {
    if (from != null) {
      text(" AND " + column + " >= ?").parameter(from);
    }
    if (to != null) {
      text(" AND " + column + " < ?").parameter(to);
    }
  }

  PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.toString());
    for (int i = 0; i < parameters.size(); i++) {
      Object value = parameters.get(i);
      if (value instanceof Instant instant) {
        statement.setObject(i + 1, instant.atOffset(ZoneOffset.UTC));
      } else {
        statement.setObject(i + 1, value);
      }
    }
    return statement;
  }
}
