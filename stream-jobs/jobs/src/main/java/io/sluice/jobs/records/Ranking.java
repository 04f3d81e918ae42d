package io.sluice.jobs.records;

/**
 * Of what the most frequent values are kept. In this order in state and in the table: append only.
 */
public enum Ranking {
  PATH("paths", "path", true),
  TEMPLATE("templates", "template", true),
  CLIENT("clients", "client", false),
  USER_AGENT("user_agents", "user_agent", false),
  REFERRER("referrers", "referrer", false),
  METHOD("methods", "method", false),
  /** The status code, empty where no response was seen. */
  STATUS("statuses", "status", false);

  private static final Ranking[] ALL = values();

  private final String plural;
  private final String singular;

  private final boolean ofHost;

  Ranking(String plural, String singular, boolean ofHost) {
    this.plural = plural;
    this.singular = singular;
    this.ofHost = ofHost;
  }

  /** All, without a copy for each call: do not change it. */
  @SuppressWarnings("MissingJavadocMethod")
  static Ranking[] all() {
    return ALL;
  }

  /** Columns of the values, their counts and the error. */
  public String[] columns() {
    return new String[] {plural, singular + "_requests", singular + "_error"};
  }

  /** Whether a value means something only together with its host. */
  boolean isOfHost() {
    return ofHost;
  }
}
