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
  HOSTS("Top hosts", Dimension.RESPONSE, new Key("host", "host")),
  URLS("Top paths of the hosts", Dimension.URL, new Key("host", "host"), new Key("path", "value")),
  METHODS("Request methods", Dimension.RESPONSE, new Key("method", "method")),
  STATUS(
      "Status classes; none where no response was seen",
      Dimension.RESPONSE,
      new Key("status", Question.STATUS_CLASS)),
  CLIENTS("Top clients", Dimension.CLIENT, new Key("client", "value")),
  LATENCY(
      "Time to the first byte of the response, by host",
      Dimension.RESPONSE,
      new Key("host", "host")),
  TOTAL("All of it in one row", Dimension.RESPONSE),
  TIMELINE("Requests over time", Dimension.RESPONSE, new Key("window_start", ""));

  /** Which rows of the table hold the answer; the number is in the table. */
  enum Dimension {
    RESPONSE(0),
    URL(1),
    CLIENT(2);

    final int number;

    Dimension(int number) {
      this.number = number;
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
  final Dimension dimension;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that can't change.
  final List<Key> keys;

  Question(String description, Dimension dimension, Key... keys) {
    this.description = description;
    this.dimension = dimension;
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
