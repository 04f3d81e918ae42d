package io.sluice.jobs.records;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The most frequent values with their counts, at most as many as a capacity (Misra and Gries, 1982,
 * with the merging of Agarwal and others, 2012). A count is never more than the true one, and at
 * most {@link #error} less; so is that of a value which is not here. Up to the capacity all counts
 * are exact. Not for several threads.
 */
public final class Frequent {
  private static final String[] NO_VALUES = {};
  private static final long[] NO_COUNTS = {};

  /** Ascending, none twice. */
  public String[] values = NO_VALUES;

  /** As long as the values; all above 0. */
  public long[] counts = NO_COUNTS;

  /** 0 where all counts are exact; at most the sum of all divided by the capacity and one. */
  public long error;

  /**
   * Each value with its count.
   *
   * @param capacity most values, above 0
   */
  public static Frequent of(Map<String, long[]> tally, int capacity) {
    String[] values = new String[tally.size()];
    long[] counts = new long[values.length];
    int length = 0;
    for (Map.Entry<String, long[]> entry : tally.entrySet()) {
      values[length] = entry.getKey();
      counts[length++] = entry.getValue()[0];
    }
    return of(i -> values[i], counts, length, capacity);
  }

  /**
   * Values by their numbers, none twice, with their counts.
   *
   * @param value asked only of a value that is kept
   * @param length how many there are
   * @param capacity most values, above 0
   */
  public static Frequent of(IntFunction<String> value, long[] counts, int length, int capacity) {
    long cut = length > capacity ? cut(Arrays.copyOf(counts, length), capacity) : 0;
    List<Entry> entries = new ArrayList<>(Math.min(length, capacity));
    for (int i = 0; i < length; i++) {
      if (counts[i] > cut) {
        entries.add(new Entry(value.apply(i), counts[i] - cut));
      }
    }
    entries.sort(Comparator.comparing(Entry::value));
    Frequent frequent = new Frequent();
    frequent.values = new String[entries.size()];
    frequent.counts = new long[entries.size()];
    for (int i = 0; i < frequent.counts.length; i++) {
      frequent.values[i] = entries.get(i).value();
      frequent.counts[i] = entries.get(i).count();
    }
    frequent.error = cut;
    return frequent;
  }

  private record Entry(String value, long count) {}

  /** What is to be taken from every count, so that at most so many are above 0. Sorts them. */
  private static long cut(long[] counts, int capacity) {
    Arrays.sort(counts);
    return counts[counts.length - capacity - 1];
  }

  /**
   * Adds all of the other, which stays as it is and shares no array with this afterwards.
   *
   * @param capacity most values from now on, above 0
   */
  public void merge(Frequent other, int capacity) {
    error += other.error;
    if (other.values.length > 0) {
      union(other);
    }
    bound(capacity);
  }

  private void union(Frequent other) {
    String[] newValues = new String[values.length + other.values.length];
    long[] newCounts = new long[newValues.length];
    int mine = 0;
    int theirs = 0;
    int length = 0;
    while (mine < values.length || theirs < other.values.length) {
      int order = 0;
      if (mine == values.length) {
        order = 1;
      } else if (theirs == other.values.length) {
        order = -1;
      } else {
        order = values[mine].compareTo(other.values[theirs]);
      }
      newValues[length] = order <= 0 ? values[mine] : other.values[theirs];
      newCounts[length++] =
          (order <= 0 ? counts[mine++] : 0) + (order >= 0 ? other.counts[theirs++] : 0);
    }
    values = Arrays.copyOf(newValues, length);
    counts = Arrays.copyOf(newCounts, length);
  }

  /** Takes the same from every count, until no more than {@code capacity} are above 0. */
  public void bound(int capacity) {
    if (values.length <= capacity) {
      return;
    }
    long cut = cut(counts.clone(), capacity);
    int length = 0;
    for (int i = 0; i < values.length; i++) {
      if (counts[i] > cut) {
        values[length] = values[i];
        counts[length++] = counts[i] - cut;
      }
    }
    values = Arrays.copyOf(values, length);
    counts = Arrays.copyOf(counts, length);
    error += cut;
  }

  /** The same counts of the values behind a prefix. */
  public Frequent prefixed(String prefix) {
    Frequent prefixed = new Frequent();
    // The same prefix before each keeps their order.
    prefixed.values = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      prefixed.values[i] = prefix + values[i];
    }
    prefixed.counts = counts.clone();
    prefixed.error = error;
    return prefixed;
  }

  public Frequent copy() {
    Frequent copy = new Frequent();
    copy.values = values.clone();
    copy.counts = counts.clone();
    copy.error = error;
    return copy;
  }
}
