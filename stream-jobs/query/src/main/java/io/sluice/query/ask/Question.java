package io.sluice.query.ask;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The standard questions: what the rows are, and what each is grouped by. The name is that of the
 * command and the path.
 */
public enum Question {
  HOSTS("Top hosts", Source.HOSTS, new Key("host", "host")),
  URLS(
      "Top path templates of the hosts",
      Source.SUMS,
      new Key("host", "host"),
      new Key("path", "path")),
  METHODS("Request methods", Source.SUMS, new Key("method", "method")),
  STATUS(
      "Status classes; none where no response was seen",
      Source.SUMS,
      new Key("status", Question.STATUS_CLASS)),
  CLIENTS(
      "Top clients; each has at most so many requests more as the error says",
      Source.CLIENTS,
      new Key("client", "")),
  AGENTS("Top user agents; the error as of clients", Source.AGENTS, new Key("user_agent", "")),
  REFERRERS(
      "Top referrers, without their query; the error as of clients",
      Source.REFERRERS,
      new Key("referrer", "")),
  LATENCY("Time to the first byte of the response, by host", Source.HOSTS, new Key("host", "host")),
  TOTAL("All of it in one row", Source.HOSTS),
  TIMELINE("Requests over time", Source.HOSTS, new Key("window_start", "")),
  REQUESTS("Single live requests of the last hours, newest first", Source.REQUESTS),
  BURSTS(
      "Minutes in which a client got 401, or 404, from a host ten times or more, of the last hours",
      Source.REQUESTS),
  LEDGER("Where the jobs' records went since they first started, newest first", Source.LEDGER);

  /** Which rows of which table hold the answer. */
  enum Source {
    /** Sums alone, by path template, method and status class. */
    SUMS("visible_stats"),
    /** Sums and sketches, by host. */
    HOSTS("visible_hosts"),
    /** The most frequent clients of each host, with lower bounds of their requests. */
    CLIENTS(ranked("clients", "client"), "client_error"),
    AGENTS(ranked("user_agents", "user_agent"), "user_agent_error"),
    REFERRERS(ranked("referrers", "referrer"), "referrer_error"),
    REQUESTS("requests"),
    LEDGER("stream_ledger");

    final String relation;

    /** How much less than the true number a window's lists may say; empty where they are exact. */
    final String error;

    Source(String relation) {
      this(relation, "");
    }

    Source(String relation, String error) {
      this.relation = relation;
      this.error = error;
    }

    private static String ranked(String values, String value) {
      return "visible_hosts, unnest(%s, %s_requests) AS listed(listed_value, listed_requests)"
          .formatted(values, value);
    }

    /** The column that a time range is about. */
    String time() {
      return switch (this) {
        case REQUESTS -> "ts";
        case LEDGER -> "minute";
        default -> "window_start";
      };
    }

    /** Whether its rows are of windows, of which each length has all requests. */
    boolean isOfWindows() {
      return time().equals("window_start");
    }
  }

  /**
   * @param column name in the answer
   * @param expression SQL over a row of the table
   */
  record Key(String column, String expression) {}

  private static final String STATUS_CLASS =
      "CASE status_class WHEN 0 THEN 'none' ELSE status_class::text || 'xx' END";

  private final String description;
  final Source source;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that can't change.
  final List<Key> keys;

  Question(String description, Source source, Key... keys) {
    this.description = description;
    this.source = source;
    this.keys = List.of(keys);
  }

  public String description() {
    return description;
  }

  /** Whether it can be asked of one host. */
  public boolean isByHost() {
    return source != Source.LEDGER;
  }

  /** Whether it can be asked of one client or path. */
  public boolean isBySingleRequest() {
    return source == Source.REQUESTS;
  }

  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Question> of(String title) {
    return Stream.of(values()).filter(q -> q.title().equals(title)).findFirst();
  }
}
