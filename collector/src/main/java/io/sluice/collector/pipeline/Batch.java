package io.sluice.collector.pipeline;

import io.sluice.collector.decode.TcpSegment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Segments that lie in one buffer, dealt out to shards. Filled by the reading thread, then worked
 * on by one thread a shard, then merged and filled again.
 */
final class Batch {
  /** The segments of one shard, in the order of their frames. */
  static final class Part {
    final Records records = new Records();
    TcpSegment[] segments = new TcpSegment[256];

    /** The latest packet time of all shards when the segment came. */
    long[] clockNs = new long[256];

    int count;

    /** Takes the segment, and returns another that the caller may fill. */
    TcpSegment take(TcpSegment segment, long nowNs) {
      if (count == segments.length) {
        segments = Arrays.copyOf(segments, count * 2);
        clockNs = Arrays.copyOf(clockNs, count * 2);
      }
      TcpSegment spare = segments[count];
      segments[count] = segment;
      clockNs[count] = nowNs;
      count++;
      return spare == null ? new TcpSegment() : spare;
    }
  }

  final Part[] parts;

  /** All buffers together stay in a shared cache; each keeps a thread busy for long enough. */
  private static final int USUAL_BYTES = 1 << 19;

  /** Null until one is needed. */
  private MemorySegment usual;

  /**
   * Of the buffer for what is larger than the usual one, which lives only as long as it is used.
   */
  private Arena large;

  // where time passed a tick of the timers: they must run at these frames in every shard
  int ticks;
  long[] tickFrames = new long[16];
  long[] tickNs = new long[16];

  Batch(int shards) {
    parts = new Part[shards];
    for (int i = 0; i < shards; i++) {
      parts[i] = new Part();
    }
  }

  /**
   * The buffer for the frames of this batch, which is empty.
   *
   * @param arena for a buffer that is used again
   */
  MemorySegment buffer(long minBytes, Arena arena) {
    close();
    if (minBytes > USUAL_BYTES) {
      large = Arena.ofShared();
      return large.allocate(minBytes, Long.BYTES);
    }
    if (usual == null) {
      usual = arena.allocate(USUAL_BYTES, Long.BYTES);
    }
    return usual;
  }

  void swapBuffers(Batch other) {
    MemorySegment otherUsual = other.usual;
    other.usual = usual;
    usual = otherUsual;
    Arena otherLarge = other.large;
    other.large = large;
    large = otherLarge;
  }

  /** Gives up the large buffer. */
  void close() {
    if (large != null) {
      large.close();
      large = null;
    }
  }

  void addTick(long frame, long nowNs) {
    if (ticks == tickFrames.length) {
      tickFrames = Arrays.copyOf(tickFrames, ticks * 2);
      tickNs = Arrays.copyOf(tickNs, ticks * 2);
    }
    tickFrames[ticks] = frame;
    tickNs[ticks] = nowNs;
    ticks++;
  }

  boolean isEmpty() {
    for (Part part : parts) {
      if (part.count > 0) {
        return false;
      }
    }
    return ticks == 0;
  }

  /**
   * Hands over the records of all shards in the one order that they have, and empties the batch.
   */
  void merge(RecordOutput out) {
    int[] next = new int[parts.length];
    for (int part = first(next); part >= 0; part = first(next)) {
      parts[part].records.write(next[part]++, out);
    }
    for (Part part : parts) {
      part.records.clear();
      part.count = 0;
    }
    ticks = 0;
  }

  /** The shard whose next record is the first of all, or -1 where there is none left. */
  private int first(int[] next) {
    int first = -1;
    for (int i = 0; i < parts.length; i++) {
      Records records = parts[i].records;
      if (next[i] < records.count()
          && (first < 0 || records.isBefore(next[i], parts[first].records, next[first]))) {
        first = i;
      }
    }
    return first;
  }
}
