package io.sluice.jobs.records;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import com.datadoghq.sketch.ddsketch.store.Store;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bins of a DDSketch in plain arrays, so that state holds no library's object and merging is
 * one pass. Not for several threads.
 *
 * <p>Relative accuracy 1 %. Values are 0..{@value #MAX_US}: at most 1,261 bins.
 */
public final class Latencies {
  public static final double RELATIVE_ACCURACY = 0.01;

  /** One day. Longer ones count as one day. */
  public static final long MAX_US = 86_400_000_000L;

  private static final IndexMapping MAPPING = new LogarithmicMapping(RELATIVE_ACCURACY);

  /** Bin of values that have no logarithm. */
  private static final int ZERO = Integer.MIN_VALUE;

  private static final int[] NO_BINS = {};
  private static final long[] NO_COUNTS = {};

  /** Ascending, no bin twice. */
  public int[] bins = NO_BINS;

  /** As long as the bins; all above 0. */
  public long[] counts = NO_COUNTS;

  public void add(long valueUs) {
    add(valueUs < 1 ? ZERO : MAPPING.index(Math.min(valueUs, MAX_US)), 1);
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
  public void merge(Latencies other) {
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

  /** The sketch in Datadog's protobuf form; empty where there are no values. */
  public byte[] toSketch() {
    if (bins.length == 0) {
      return new byte[0];
    }
    Store positive = new SparseStore();
    double zeros = 0;
    for (int i = 0; i < bins.length; i++) {
      if (bins[i] == ZERO) {
        zeros = counts[i];
      } else {
        positive.add(bins[i], counts[i]);
      }
    }
    ByteBuffer bytes = DDSketch.of(MAPPING, new SparseStore(), positive, zeros).serialize();
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }
}
