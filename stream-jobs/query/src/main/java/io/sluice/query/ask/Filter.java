package io.sluice.query.ask;

import java.util.List;
import java.util.Map;

/**
 * Which rows a question is about.
 *
 * @param range windows or requests that count
 * @param equal the only value that counts of each of these
 * @param path with which targets begin, or null for all; of single requests alone
 * @param by what rows are told apart by, beside the question's own
 * @param limit most rows in the answer, 1 to {@link #MOST_ROWS}; for a timeline most buckets
 * @param bucketSeconds width of a timeline's buckets; 0 chooses one that fits
 */
public record Filter(
    TimeRange range,
    Map<Dimension, String> equal,
    String path,
    List<Dimension> by,
    int limit,
    int bucketSeconds) {
  public static final int MOST_ROWS = 10_000;

  public Filter {
    equal = Map.copyOf(equal);
    by = List.copyOf(by);
  }

  Filter within(TimeRange other) {
    return new Filter(other, equal, path, by, limit, bucketSeconds);
  }
}
