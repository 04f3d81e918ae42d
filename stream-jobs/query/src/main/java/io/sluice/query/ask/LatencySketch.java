package io.sluice.query.ask;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import java.io.IOException;

/**
 * Adds up the sketches of many windows: DDSketches with a relative accuracy of 2 % in the library's
 * own encoding, as the job writes them. Not for several threads.
 */
final class LatencySketch {
  /** As the job's. */
  static final double RELATIVE_ACCURACY = 0.02;

  /** Longer than any sketch that the job writes; others are not ours. */
  private static final int MOST_BYTES = 1024;

  /** From one microsecond to a day are 632 bins; a damaged row must not ask for more. */
  private static final int MOST_BINS = 1024;

  private final DDSketch merged = empty();
  private long unreadable;

  private static DDSketch empty() {
    return new DDSketch(
        new LogarithmicMapping(RELATIVE_ACCURACY), () -> new CollapsingLowestDenseStore(MOST_BINS));
  }

  /** Adds the sketch of one window; one that can't be read is counted and left out. */
  void add(byte[] sketch) {
    if (sketch == null || sketch.length == 0) {
      return;
    }
    if (sketch.length > MOST_BYTES) {
      unreadable++;
      return;
    }
    // Read whole before it is added: of a damaged one nothing counts.
    DDSketch one = empty();
    try {
      one.decodeAndMergeWith(ByteArrayInput.wrap(sketch));
    } catch (IOException | RuntimeException e) {
      unreadable++;
      return;
    }
    if (!(one.getCount() >= 0) || one.getCount() > 1e18) {
      unreadable++;
      return;
    }
    merged.mergeWith(one);
  }

  /** How many sketches were left out; never negative. */
  long unreadable() {
    return unreadable;
  }

  /**
   * The smallest latency that this share of the requests did not exceed (nearest rank): of few
   * requests, a high one is the slowest.
   *
   * @param quantile 0 to 1
   * @return microseconds within 2 % of the exact value, or null where nothing was added
   */
  Long quantile(double quantile) {
    double count = merged.getCount();
    if (count == 0) {
      return null;
    }
    double rank = Math.max(0, Math.ceil(quantile * count) - 1);
    // The library looks for the bin that holds a rank among count - 1; the middle of ours is safe
    // from rounding.
    double within = count <= 1 ? 0 : Math.min(1, (rank + 0.5) / (count - 1));
    return Math.round(merged.getValueAtQuantile(within));
  }
}
