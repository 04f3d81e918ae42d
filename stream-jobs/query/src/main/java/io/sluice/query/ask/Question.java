package io.sluice.query.ask;

import static io.sluice.query.ask.Dimension.CLIENT;
import static io.sluice.query.ask.Dimension.HOST;
import static io.sluice.query.ask.Dimension.METHOD;
import static io.sluice.query.ask.Dimension.REFERRER;
import static io.sluice.query.ask.Dimension.TEMPLATE;
import static io.sluice.query.ask.Dimension.USER_AGENT;

import java.util.List;
import java.util.Locale;

/**
 * The standard questions, and what each is grouped by. The name is that of the command and the
 * path.
 */
public enum Question {
  HOSTS("Top hosts", HOST),
  URLS("Top path templates of the hosts", HOST, TEMPLATE),
  METHODS("Request methods", METHOD),
  STATUS("Status classes; none where no response was seen", Dimension.STATUS),
  CLIENTS("Top clients; each has at most so many requests more as the error says", CLIENT),
  AGENTS("Top user agents; the error as of clients", USER_AGENT),
  REFERRERS("Top referrers, without their query; the error as of clients", REFERRER),
  LATENCY("Time to the first byte of the response, by host", HOST),
  TRUNCATED("Share of the requests of which a part is missing, by host, most first", HOST),
  NEW("Hosts that were not seen in the 30 days before; of the last day where no time is given"),
  RARE("Hosts with the fewest requests"),
  TOTAL("All of it in one row"),
  TIMELINE("Requests over time"),
  REQUESTS("Single live requests of the last hours, newest first"),
  BURSTS(
      "Minutes in which a client got 401, or 404, from a host ten times or more, of the last hours"),
  LEDGER("Where the jobs' records went since they first started, newest first"),
  SENSORS("Live sensors, and how much of what they say of themselves has come"),
  PACKETS("Where went what live sensors saw, from the kernel to the delivery of events");

  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that can't change.
  final List<Dimension> keys;

  Question(String description, Dimension... keys) {
    this.description = description;
    this.keys = List.of(keys);
  }

  public String description() {
    return description;
  }

  /** Most rows where no limit is given; of a timeline most buckets. */
  public int defaultLimit() {
    return switch (this) {
      // As many as a wide screen shows apart.
      case TIMELINE -> 200;
      // More ways than packets have.
      case PACKETS -> 500;
      default -> 20;
    };
  }

  /** Whether its rows add up requests, so that it can be grouped by further dimensions. */
  public boolean isGrouped() {
    return switch (this) {
      case NEW, RARE, REQUESTS, BURSTS, LEDGER, SENSORS, PACKETS -> false;
      default -> true;
    };
  }

  /** Whether it is about the most frequent values of what has very many. */
  boolean isRanked() {
    return this == CLIENTS || this == AGENTS || this == REFERRERS;
  }

  /** Whether it can be asked of one value of {@code dimension}. */
  public boolean isBy(Dimension dimension) {
    return switch (this) {
      case LEDGER -> false;
      case NEW, RARE -> dimension == HOST;
      case SENSORS, PACKETS -> dimension == Dimension.SENSOR;
      default -> true;
    };
  }

  /** Whether it can be asked of one beginning of targets. */
  public boolean isByPath() {
    return this == REQUESTS || this == BURSTS;
  }

  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
