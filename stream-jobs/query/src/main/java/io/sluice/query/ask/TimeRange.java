package io.sluice.query.ask;

import io.sluice.query.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of time: windows that start at or after {@code from} and before {@code to}.
 *
 * @param from null for no beginning
 * @param to null for no end
 */
public record TimeRange(Instant from, Instant to) {
  /** Everything in the store. */
  public static final TimeRange ALL = new TimeRange(null, null);

  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhdw])");

  // What a timestamp of the store can hold with room to spare; year 999999999 is a valid Instant
  // but no such timestamp.
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /**
   * Reads the three ways to name a range; each may be null.
   *
   * @param since a duration back from {@code now}; excludes the others
   * @throws Failure where one is malformed, they contradict each other, or nothing lies between
   *     them
   */
  public static TimeRange parse(String since, String from, String to, Instant now) {
    if (since != null) {
      if (from != null || to != null) {
        throw Failure.cannot(
            "use since with from or to", "they name two ranges", "give one of them");
      }
      return new TimeRange(now.minus(duration("since", since)), null);
    }
    TimeRange range =
        new TimeRange(from == null ? null : time("from", from), to == null ? null : time("to", to));
    if (from != null && to != null && !range.from.isBefore(range.to)) {
      throw Failure.cannot(
          "use from " + from + " to " + to, "the end is not after the beginning", "swap them");
    }
    return range;
  }

  /**
   * A number and a unit, as in {@code 90s}, {@code 15m}, {@code 1h}, {@code 2d}, {@code 1w}; more
   * than zero.
   */
  public static Duration duration(String name, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw Failure.cannot(
          "read " + name + " '" + text + "'",
          "it is not a duration",
          "write a number and s, m, h, d or w, as in 90s or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofDays(7 * number);
    };
  }

  /** The same with an end: no later than {@code end}. */
  TimeRange until(Instant end) {
    return to == null || to.isAfter(end) ? new TimeRange(from, end) : this;
  }

  /** How much of what lies between is in this range, which has an end; none is less than zero. */
  Duration part(Instant begin, Instant end) {
    return Duration.between(
        from == null || from.isBefore(begin) ? begin : from, to.isBefore(end) ? to : end);
  }

  /** ISO 8601 date or date and time; without an offset it is UTC, as everything that we print. */
  static Instant time(String name, String text) {
    String iso = text.length() > 10 && text.charAt(10) == ' ' ? text.replaceFirst(" ", "T") : text;
    try {
      Instant instant;
      if (iso.length() == 10) {
        instant = LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
      } else if (iso.matches(".*(?:[Zz]|[+-]\\d{2}:\\d{2})")) {
        instant = OffsetDateTime.parse(iso).toInstant();
      } else {
        instant = LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      }
      if (!instant.isBefore(EARLIEST) && !instant.isAfter(LATEST)) {
        return instant;
      }
    } catch (DateTimeException e) {
      // Said below, with an example.
    }
    throw Failure.cannot(
        "read " + name + " '" + text + "'",
        "it is not a time",
        "write it as in 2026-11-21 or 2026-11-21T01:02:03Z (UTC)");
  }
}
