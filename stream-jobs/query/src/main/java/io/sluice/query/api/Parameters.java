package io.sluice.query.api;

import io.helidon.common.uri.UriQuery;
import io.sluice.query.Failure;
import io.sluice.query.ask.Dimension;
import io.sluice.query.ask.Filter;
import io.sluice.query.ask.Question;
import io.sluice.query.ask.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads a question's parameters; whatever is not understood is said, not passed over. */
final class Parameters {
  private static final Set<String> KNOWN = known();

  private final UriQuery query;

  Parameters(UriQuery query) {
    this.query = query;
    for (String name : query.names()) {
      if (!KNOWN.contains(name)) {
        throw Failure.cannot(
            "use parameter '" + name + "'",
            "there is none of that name",
            "use " + String.join(", ", KNOWN));
      }
    }
  }

  private static Set<String> known() {
    Set<String> known =
        new TreeSet<>(Set.of("since", "from", "to", "path", "by", "limit", "bucket", "format"));
    Stream.of(Dimension.values()).map(Dimension::title).forEach(known::add);
    return known;
  }

  Filter filter(Question question, Instant now) {
    boolean timeline = question == Question.TIMELINE;
    Map<Dimension, String> equal = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      String value = exact(dimension.title());
      if (value != null) {
        refuse(question, dimension.title(), !question.isBy(dimension));
        equal.put(dimension, value);
      }
    }
    requireStatusClass(equal.get(Dimension.STATUS));
    refuse(question, "path", !question.isByPath());
    refuse(question, "bucket", !timeline);
    return new Filter(
        TimeRange.parse(text("since"), text("from"), text("to"), now),
        equal,
        exact("path"),
        by(question),
        number("limit", question.defaultLimit(), Filter.MOST_ROWS),
        bucketSeconds());
  }

  boolean csv() {
    String format = text("format");
    if (format == null || format.equals("json")) {
      return false;
    }
    if (format.equals("csv")) {
      return true;
    }
    throw Failure.cannot(
        "answer as '" + format + "'", "there is no such format", "use json or csv");
  }

  private static void requireStatusClass(String status) {
    if (status != null && !status.matches("[1-5]xx|none")) {
      throw Failure.cannot(
          "ask for status '" + status + "'",
          "it is no class",
          "use 1xx, 2xx, 3xx, 4xx, 5xx or none");
    }
  }

  private List<Dimension> by(Question question) {
    String text = text("by");
    if (text == null) {
      return List.of();
    }
    if (!question.isGrouped()) {
      throw Failure.cannot(
          "group " + question.title() + " by " + text,
          "its rows are no sums of requests",
          "leave it away");
    }
    return Stream.of(text.split(",", Dimension.values().length))
        .map(Parameters::dimension)
        .toList();
  }

  private static Dimension dimension(String title) {
    return Stream.of(Dimension.values())
        .filter(d -> d.title().equals(title))
        .findFirst()
        .orElseThrow(() ->
            Failure.cannot(
                "group by '" + title + "'",
                "requests don't differ in that",
                "use " + Dimension.titles()));
  }

  private void refuse(Question question, String name, boolean senseless) {
    if (senseless && text(name) != null) {
      throw Failure.cannot(
          "ask for " + question.title() + " by " + name, "its rows have none", "leave it away");
    }
  }

  private String exact(String name) {
    String text = text(name);
    if (text != null && text.indexOf('\0') >= 0) {
      throw Failure.cannot(
          "use that " + name, "it holds a character that no " + name + " has", "correct it");
    }
    return text;
  }

  private int bucketSeconds() {
    String text = text("bucket");
    if (text == null) {
      return 0;
    }
    Duration bucket = TimeRange.duration("bucket", text);
    if (bucket.toSeconds() % 10 != 0 || bucket.toDays() > 3_650) {
      throw Failure.cannot(
          "use bucket '" + text + "'",
          "the windows are of 10 s",
          "use a multiple of 10s, and at most ten years");
    }
    return (int) bucket.toSeconds();
  }

  private int number(String name, int otherwise, int most) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    if (text.matches("\\d{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    throw Failure.cannot(
        "use " + name + " '" + text + "'", "it is not a number from 1 to " + most, "choose one");
  }

  private String text(String name) {
    return query.first(name).asOptional().orElse(null);
  }
}
