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
      new Key("client", "client")),
  LATENCY("Time to the first byte of the response, by host", Source.HOSTS, new Key("host", "host")),
  TOTAL("All of it in one row", Source.HOSTS),
  TIMELINE("Requests over time", Source.HOSTS, new Key("window_start", ""));

  /** Which rows of which table hold the answer. */
  enum Source {
    /** Sums alone, by path template, method and status class. */
    SUMS("visible_stats"),
    /** Sums and sketches, by host. */
    HOSTS("visible_hosts"),
    /** The most frequent clients of each host, with lower bounds of their requests. */
    CLIENTS("visible_hosts, unnest(clients, client_requests) AS listed(client, of_client)");

    final String relation;

    Source(String relation) {
      this.relation = relation;
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

  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Question> of(String title) {
    return Stream.of(values()).filter(q -> q.title().equals(title)).findFirst();
  }
}
