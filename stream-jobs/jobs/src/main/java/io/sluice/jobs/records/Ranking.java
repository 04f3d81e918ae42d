package io.sluice.jobs.records;

import java.util.function.Function;

/**
 * Of what the most frequent values are kept. In this order in state and in the table: append only.
 */
public enum Ranking {
  PATH("paths", "path", Request::path, true),
  TEMPLATE("templates", "template", Request::template, true),
  CLIENT("clients", "client", Request::client, false),
  USER_AGENT("user_agents", "user_agent", Request::userAgent, false),
  REFERRER("referrers", "referrer", Request::referrer, false),
  METHOD("methods", "method", Request::method, false),
  /** The status code, empty where no response was seen. */
  STATUS("statuses", "status", Request::statusText, false);

  private static final Ranking[] ALL = values();

  private final String plural;
  private final String singular;

  @SuppressWarnings("ImmutableEnumChecker") // References to methods of a record.
  private final Function<Request, String> value;

  private final boolean ofHost;

  Ranking(String plural, String singular, Function<Request, String> value, boolean ofHost) {
    this.plural = plural;
    this.singular = singular;
    this.value = value;
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

  public String value(Request request) {
    return value.apply(request);
  }

  /** Whether a value means something only together with its host. */
  boolean isOfHost() {
    return ofHost;
  }
}
