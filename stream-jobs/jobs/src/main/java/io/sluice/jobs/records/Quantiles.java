package io.sluice.jobs.records;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.Store;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The bins of a DDSketch of times in plain arrays, so that state holds no library's object and
 * merging is one pass. Not for several threads.
 *
 * <p>Relative accuracy 2 %. Values are 0..{@value #MAX_US}: at most 632 bins.
 */
public final class Quantiles {
  public static final double RELATIVE_ACCURACY = 0.02;

  /** One day. Longer ones count as one day. */
  public static final long MAX_US = 86_400_000_000L;

  /** Bound of {@link #toSketch}. */
  public static final int MAX_SKETCH_BYTES = 1024;

  private static final IndexMapping MAPPING = new LogarithmicMapping(RELATIVE_ACCURACY);

  /** Bin of values that have no logarithm. */
  private static final int ZERO = Integer.MIN_VALUE;

  private static final int[] NO_BINS = {};
  private static final long[] NO_COUNTS = {};

  /** Ascending, no bin twice. */
  public int[] bins = NO_BINS;

  /** As long as the bins; all above 0. */
  public long[] counts = NO_COUNTS;

  /** Where a value counts. */
  public static int bin(long valueUs) {
    return valueUs < 1 ? ZERO : MAPPING.index(Math.min(valueUs, MAX_US));
  }

  /**
   * Of values by their bins, each once for each value.
   *
   * @param length how many of the array they are; they are put in order
   */
  public static Quantiles of(int[] values, int length) {
    Arrays.sort(values, 0, length);
    Quantiles quantiles = new Quantiles();
    quantiles.bins = new int[length];
    quantiles.counts = new long[length];
    int last = -1;
    for (int i = 0; i < length; i++) {
      if (last < 0 || quantiles.bins[last] != values[i]) {
        quantiles.bins[++last] = values[i];
      }
      quantiles.counts[last]++;
    }
    quantiles.bins = Arrays.copyOf(quantiles.bins, last + 1);
    quantiles.counts = Arrays.copyOf(quantiles.counts, last + 1);
    return quantiles;
  }

  private void add(int bin, long count) {
    int at = Arrays.binarySearch(bins, bin);
    if (at >= 0) {
      counts[at] += count;
      return;
    }
    int insert = -at - 1;
    int[] newBins = new int[bins.length + 1];
    long[] newCounts = new long[bins.length + 1];
    System.arraycopy(bins, 0, newBins, 0, insert);
    System.arraycopy(counts, 0, newCounts, 0, insert);
    newBins[insert] = bin;
    newCounts[insert] = count;
    System.arraycopy(bins, insert, newBins, insert + 1, bins.length - insert);
    System.arraycopy(counts, insert, newCounts, insert + 1, bins.length - insert);
    bins = newBins;
    counts = newCounts;
  }

  /** Adds all of the other, which stays as it is and shares nothing with this afterwards. */
  public void merge(Quantiles other) {
    if (other.bins.length == 0) {
      return;
    }
    if (other.bins.length == 1) {
      add(other.bins[0], other.counts[0]);
      return;
    }
    int[] newBins = new int[bins.length + other.bins.length];
    long[] newCounts = new long[newBins.length];
    int mine = 0;
    int theirs = 0;
    int length = 0;
    while (mine < bins.length || theirs < other.bins.length) {
      boolean takeMine =
          theirs == other.bins.length || (mine < bins.length && bins[mine] <= other.bins[theirs]);
      int bin = takeMine ? bins[mine] : other.bins[theirs];
      long count = 0;
      if (mine < bins.length && bins[mine] == bin) {
        count += counts[mine++];
      }
      if (theirs < other.bins.length && other.bins[theirs] == bin) {
        count += other.counts[theirs++];
      }
      newBins[length] = bin;
      newCounts[length++] = count;
    }
    bins = Arrays.copyOf(newBins, length);
    counts = Arrays.copyOf(newCounts, length);
  }

  Quantiles copy() {
    Quantiles copy = new Quantiles();
    copy.bins = bins.clone();
    copy.counts = counts.clone();
    return copy;
  }

  /**
   * The sketch in the library's own encoding, at most {@value #MAX_SKETCH_BYTES} bytes; empty where
   * there are no values. Where that is too little, the lowest bins become one: only the quantiles
   * below its value lose their accuracy.
   */
  public byte[] toSketch() {
    if (bins.length == 0) {
      return new byte[0];
    }
    for (int collapsed = 0; ; ) {
      byte[] bytes = encode(collapsed);
      if (bytes.length <= MAX_SKETCH_BYTES) {
        return bytes;
      }
      // A bin takes from one byte to ten.
      collapsed += Math.max(1, (bytes.length - MAX_SKETCH_BYTES) / 10);
    }
  }

  /**
   * @param collapsed how many of the lowest bins are added to the one above them
   */
  private byte[] encode(int collapsed) {
    Store positive = new UnboundedSizeDenseStore();
    double zeros = 0;
    int first = bins[0] == ZERO ? 1 : 0;
    if (first == 1) {
      zeros = counts[0];
    }
    int lowest = Math.min(first + collapsed, bins.length - 1);
    for (int i = first; i < bins.length; i++) {
      positive.add(bins[Math.max(i, lowest)], counts[i]);
    }
    GrowingByteArrayOutput output = GrowingByteArrayOutput.withInitialCapacity(256);
    try {
      DDSketch.of(MAPPING, new UnboundedSizeDenseStore(), positive, zeros).encode(output, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return output.trimmedCopy();
  }
}
