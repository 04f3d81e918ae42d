package io.sluice.query.ask;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What requests differ in: questions are grouped by some and asked of one value of some. The name
 * in lower case is the parameter's and the column's.
 */
public enum Dimension {
  HOST("host", "host"),
  SENSOR("sensor", "sensor"),
  /** The path with placeholders for identifiers. */
  TEMPLATE("path", "template"),
  METHOD("method", "method"),
  /** The class, as 2xx; none where no response was seen. */
  STATUS(
      "CASE status_class WHEN 0 THEN 'none' ELSE status_class || 'xx' END",
      "CASE WHEN status IS NULL OR status < 100 THEN 'none' ELSE least(status / 100, 5) || 'xx' END"),
  CLIENT("listed_value", "client"),
  USER_AGENT("listed_value", "left(coalesce(user_agent, ''), 256)"),
  /** Without its query. */
  REFERRER("listed_value", "left(substring(coalesce(referrer, '') FROM '^[^?#]*'), 256)");

  private final String inStatistics;
  private final String inRequests;

  Dimension(String inStatistics, String inRequests) {
    this.inStatistics = inStatistics;
    this.inRequests = inRequests;
  }

  /** Its value as SQL over a row of {@code relation}. */
  String in(Relation relation) {
    return relation == Relation.REQUESTS ? inRequests : inStatistics;
  }

  /** What to group by so that each of its values has a group: no text is made for each row. */
  String groupedIn(Relation relation) {
    return this == STATUS && relation != Relation.REQUESTS ? "status_class" : in(relation);
  }

  /** A condition with a parameter that is true for one value. */
  void addEqual(Conditions conditions, Relation relation, String value) {
    if (this == STATUS && relation != Relation.REQUESTS) {
      conditions
          .text(" AND status_class = ?")
          .parameter(value.equals("none") ? 0 : value.charAt(0) - '0');
    } else {
      conditions.text(" AND " + in(relation) + " = ?").parameter(value);
    }
  }

  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All titles, for a message. */
  public static String titles() {
    return Stream.of(values()).map(Dimension::title).collect(Collectors.joining(", "));
  }
}
