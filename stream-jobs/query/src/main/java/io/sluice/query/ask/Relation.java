package io.sluice.query.ask;

import static io.sluice.query.ask.Dimension.CLIENT;
import static io.sluice.query.ask.Dimension.HOST;
import static io.sluice.query.ask.Dimension.METHOD;
import static io.sluice.query.ask.Dimension.REFERRER;
import static io.sluice.query.ask.Dimension.SENSOR;
import static io.sluice.query.ask.Dimension.STATUS;
import static io.sluice.query.ask.Dimension.TEMPLATE;
import static io.sluice.query.ask.Dimension.USER_AGENT;

import java.util.Set;

/** What rows there are, those that are cheaper to ask first. */
enum Relation {
  /** Sums and sketches of all hosts together. */
  TOTALS("visible_totals"),
  /** Sums and sketches of each host. */
  HOSTS("visible_hosts", HOST),
  /** Sums alone. */
  SUMS("visible_stats", HOST, SENSOR, TEMPLATE, METHOD, STATUS),
  /** The most frequent values of all hosts together, with lower bounds of their requests. */
  TOTAL_CLIENTS("visible_totals", "client", CLIENT),
  TOTAL_AGENTS("visible_totals", "user_agent", USER_AGENT),
  TOTAL_REFERRERS("visible_totals", "referrer", REFERRER),
  /** The same of each host. */
  CLIENTS("visible_hosts", "client", HOST, CLIENT),
  AGENTS("visible_hosts", "user_agent", HOST, USER_AGENT),
  REFERRERS("visible_hosts", "referrer", HOST, REFERRER),
  /** Single live requests of the last hours, which tell everything. */
  REQUESTS("requests", Dimension.values()),
  LEDGER("stream_ledger"),
  HEALTH("sensor_health", SENSOR);

  /** The table or view whose rows have the time. */
  final String view;

  /** What to join to a row for each value of its list; empty where it has none. */
  final String listed;

  /**
   * The column with how much less than the true number a window's list may say; empty where rows
   * are exact.
   */
  final String error;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of makes one that can't change.
  private final Set<Dimension> dimensions;

  Relation(String view, Dimension... dimensions) {
    this.view = view;
    this.listed = "";
    this.error = "";
    this.dimensions = Set.of(dimensions);
  }

  Relation(String view, String listed, Dimension... dimensions) {
    this.view = view;
    this.listed =
        ", unnest(%ss, %s_requests) AS listed(listed_value, listed_requests)"
            .formatted(listed, listed);
    this.error = listed + "_error";
    this.dimensions = Set.of(dimensions);
  }

  /** The first that tells {@code wanted} apart and has what {@code question} is about. */
  static Relation of(Question question, Set<Dimension> wanted) {
    for (Relation relation : values()) {
      if (relation.dimensions.containsAll(wanted) && relation.suits(question)) {
        return relation;
      }
    }
    throw new AssertionError("single requests tell everything");
  }

  private boolean suits(Question question) {
    return switch (this) {
      case TOTALS, HOSTS, REQUESTS -> true;
      case SUMS -> question != Question.LATENCY;
      case LEDGER, HEALTH -> false;
      default -> question.isRanked();
    };
  }

  /** The view of the longer windows that the query service makes; empty where it makes none. */
  String rolled() {
    return this == SUMS ? "visible_rolled" : "";
  }

  boolean hasSketches() {
    return this == TOTALS || this == HOSTS;
  }

  /** The column that a time range is about. */
  String time() {
    return switch (this) {
      case REQUESTS -> "ts";
      case LEDGER -> "minute";
      case HEALTH -> "to_time";
      default -> "window_start";
    };
  }

  /** Whether its rows are of windows, of which each length has all requests. */
  boolean isOfWindows() {
    return time().equals("window_start");
  }
}
