package io.sluice.query.ask;

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
   * The rows that {@code filter} selects, as a FROM and WHERE; of windows those of an hour where
   * they will do, else the shortest.
   */
  Conditions from(Question.Source source, Filter filter) {
    text(" FROM " + source.relation + " WHERE ");
    if (!source.isOfWindows()) {
      text("true");
    } else if (filter.hours() == null) {
      text("window_seconds < 60");
    } else {
      windows(filter.hours());
    }
    if (filter.range().from() != null) {
      text(" AND " + source.time() + " >= ?").parameter(filter.range().from());
    }
    if (filter.range().to() != null) {
      text(" AND " + source.time() + " < ?").parameter(filter.range().to());
    }
    if (filter.host() != null) {
      text(" AND host = ?").parameter(filter.host());
    }
    if (filter.client() != null) {
      text(" AND client = ?").parameter(filter.client());
    }
    if (filter.path() != null) {
      text(" AND starts_with(target, ?)").parameter(filter.path());
    }
    return this;
  }

  private void windows(TimeRange hours) {
    text("(window_seconds = 3600 AND window_start < ?").parameter(hours.to());
    if (hours.from() != null) {
      text(" AND window_start >= ?").parameter(hours.from());
    }
    text(" OR window_seconds < 60 AND (window_start >= ?").parameter(hours.to());
    if (hours.from() != null) {
      text(" OR window_start < ?").parameter(hours.from());
    }
    text("))");
  }

  PreparedStatement prepare(java.sql.Connection connection) throws SQLException {
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
