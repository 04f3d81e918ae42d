package io.sluice.query.ask;

/**
 * Which rows a question is about.
 *
 * @param range windows that count
 * @param host exact host, or null for all
 * @param client exact client, or null for all; of single requests alone
 * @param path with which targets begin, or null for all; of single requests alone
 * @param limit most rows in the answer, 1 to {@link #MOST_ROWS}; for a timeline most buckets
 * @param hours where windows of an hour have all that the shortest have: both ends on the hour, the
 *     beginning may be null for none; null where only the shortest are to be asked
 * @param bucketSeconds width of a timeline's buckets; 0 chooses one that fits
 */
public record Filter(
    TimeRange range,
    String host,
    String client,
    String path,
    TimeRange hours,
    int limit,
    int bucketSeconds) {
  public static final int MOST_ROWS = 10_000;

  Filter withHours(TimeRange other) {
    return new Filter(range, host, client, path, other, limit, bucketSeconds);
  }
}
