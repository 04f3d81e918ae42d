package io.sluice.query.ask;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.mapping.LinearlyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.mapping.QuadraticallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;

/**
 * Adds up the sketches of many windows. They are DDSketches in Datadog's protobuf form; reading the
 * few fields here spares the protobuf runtime and an object for each sketch. Not for several
 * threads.
 */
final class LatencySketch {
  /**
   * Bins of microseconds at 1 % lie between 0 and 1,100; what lies far outside is not ours and
   * would cost memory.
   */
  private static final int MOST_INDEX = 8_192;

  private IndexMapping mapping;
  private DDSketch merged;
  private double zeroCount;
  private long unreadable;

  /** Adds the sketch of one window; one that can't be read is counted and left out. */
  void add(byte[] sketch) {
    if (sketch == null || sketch.length == 0) {
      return;
    }
    try {
      new Reader(sketch).message(0, sketch.length);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      unreadable++;
    }
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
   * @return microseconds within 1 % of the exact value, or null where nothing was added
   */
  Long quantile(double quantile) {
    double positive = merged == null ? 0 : merged.getCount();
    double count = zeroCount + positive;
    if (count == 0) {
      return null;
    }
    double rank = Math.max(0, Math.ceil(quantile * count) - 1);
    // Latencies below the smallest value that has a bin are counted aside, as zeros.
    if (rank < zeroCount) {
      return 0L;
    }
    // The library looks for the bin that holds a rank among count - 1; the middle of ours is safe
    // from rounding.
    double within = positive <= 1 ? 0 : Math.min(1, (rank - zeroCount + 0.5) / (positive - 1));
    return Math.round(merged.getValueAtQuantile(within));
  }

  private void bin(IndexMapping of, long index, double count) {
    if (!(count > 0) || count > 1e15) {
      return;
    }
    if (index < -MOST_INDEX || index > MOST_INDEX) {
      throw new IllegalArgumentException("a bin far outside of any latency");
    }
    if (mapping == null) {
      mapping = of;
      merged = new DDSketch(of, UnboundedSizeDenseStore::new);
    }
    if (of.equals(mapping)) {
      merged.getPositiveValueStore().add((int) index, count);
    } else {
      merged.accept(of.value((int) index), count);
    }
  }

  /** Protobuf: a key of field number and wire type before each value. */
  private final class Reader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    void message(int from, int to) {
      IndexMapping own = null;
      at = from;
      // The mapping comes first in what the library writes, but protobuf does not promise it: look
      // for it first.
      while (at < to) {
        long key = varint();
        if (key == (1 << 3 | BYTES)) {
          int length = length(to);
          own = mapping(at, at + length);
        } else {
          skip(key, to);
        }
      }
      if (own == null) {
        throw new IllegalArgumentException("a sketch without a mapping");
      }
      at = from;
      while (at < to) {
        long key = varint();
        if (key == (2 << 3 | BYTES)) {
          int length = length(to);
          store(own, at, at + length);
        } else if (key == (4 << 3 | FIXED64)) {
          zeroCount += Math.max(0, fixed64());
        } else {
          skip(key, to);
        }
      }
    }

    private IndexMapping mapping(int from, int to) {
      double gamma = 0;
      double offset = 0;
      long interpolation = 0;
      at = from;
      while (at < to) {
        long key = varint();
        if (key == (1 << 3 | FIXED64)) {
          gamma = fixed64();
        } else if (key == (2 << 3 | FIXED64)) {
          offset = fixed64();
        } else if (key == (3 << 3 | VARINT)) {
          interpolation = varint();
        } else {
          skip(key, to);
        }
      }
      return switch ((int) interpolation) {
        case 0 -> new LogarithmicMapping(gamma, offset);
        case 1 -> new LinearlyInterpolatedMapping(gamma, offset);
        case 2 -> new QuadraticallyInterpolatedMapping(gamma, offset);
        case 3 -> new CubicallyInterpolatedMapping(gamma, offset);
        default -> throw new IllegalArgumentException("an interpolation that we don't know");
      };
    }

    private void store(IndexMapping own, int from, int to) {
      // Where the contiguous bins begin may be written after them.
      long first = 0;
      at = from;
      while (at < to) {
        long key = varint();
        if (key == (3 << 3 | VARINT)) {
          first = zigZag(varint());
        } else {
          skip(key, to);
        }
      }
      at = from;
      while (at < to) {
        long key = varint();
        if (key == (2 << 3 | BYTES)) {
          int length = length(to);
          int end = at + length;
          while (at < end) {
            bin(own, first++, fixed64());
          }
        } else if (key == (2 << 3 | FIXED64)) {
          bin(own, first++, fixed64());
        } else if (key == (1 << 3 | BYTES)) {
          int length = length(to);
          int end = at + length;
          entry(own, end);
        } else {
          skip(key, to);
        }
      }
    }

    private void entry(IndexMapping own, int end) {
      long index = 0;
      double count = 0;
      while (at < end) {
        long key = varint();
        if (key == (1 << 3 | VARINT)) {
          index = zigZag(varint());
        } else if (key == (2 << 3 | FIXED64)) {
          count = fixed64();
        } else {
          skip(key, end);
        }
      }
      bin(own, index, count);
    }

    private int length(int to) {
      long length = varint();
      // A length may be followed by that many bytes at most; `at` moved behind it.
      if (length < 0 || length > to - at) {
        throw new IllegalArgumentException("a length past the end");
      }
      return (int) length;
    }

    private void skip(long key, int to) {
      switch ((int) (key & 7)) {
        case VARINT -> varint();
        case FIXED64 -> at += 8;
        case BYTES -> {
          int length = length(to);
          at += length;
        }
        case FIXED32 -> at += 4;
        default -> throw new IllegalArgumentException("a wire type that we don't know");
      }
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number of more than 64 bits");
    }

    private double fixed64() {
      long value = 0;
      for (int i = 0; i < 8; i++) {
        value |= (bytes[at + i] & 0xffL) << (8 * i);
      }
      at += 8;
      return Double.longBitsToDouble(value);
    }

    private static long zigZag(long value) {
      return (value >>> 1) ^ -(value & 1);
    }
  }
}
