package io.sluice.query.api;

import io.helidon.common.uri.UriQuery;
import io.sluice.query.Failure;
import io.sluice.query.ask.Filter;
import io.sluice.query.ask.Question;
import io.sluice.query.ask.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** Reads a question's parameters; whatever is not understood is said, not passed over. */
final class Parameters {
  private static final Set<String> KNOWN =
      new TreeSet<>(
          Set.of("since", "from", "to", "host", "client", "path", "limit", "bucket", "format"));
  private static final int DEFAULT_LIMIT = 20;

  /** Buckets of a timeline where no limit is given: as many as a wide screen shows apart. */
  private static final int DEFAULT_BUCKETS = 200;

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

  Filter filter(Question question, Instant now) {
    boolean timeline = question == Question.TIMELINE;
    refuse(question, "host", !question.isByHost());
    refuse(question, "client", !question.isBySingleRequest());
    refuse(question, "path", !question.isBySingleRequest());
    return new Filter(
        TimeRange.parse(text("since"), text("from"), text("to"), now),
        exact("host"),
        exact("client"),
        exact("path"),
        null,
        number("limit", timeline ? DEFAULT_BUCKETS : DEFAULT_LIMIT, Filter.MOST_ROWS),
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
