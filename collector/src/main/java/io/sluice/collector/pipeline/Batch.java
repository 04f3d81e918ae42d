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
    /**
     * Longs of a segment. They lie one behind the other, so that the thread that works on them has
     * them in its cache before it asks: as objects they were a miss for each segment.
     */
    private static final int WORDS = 11;

    private static final int INITIAL_SEGMENTS = 256;

    final Records records = new Records();
    private long[] words = new long[INITIAL_SEGMENTS * WORDS];
    private MemorySegment[] memories = new MemorySegment[INITIAL_SEGMENTS];
    private int count;

    int count() {
      return count;
    }

    /**
     * @param clockNs the latest packet time of all shards
     */
    @SuppressWarnings("MemorySegmentReferenceEquality") // only to spare a write
    void add(TcpSegment s, long clockNs) {
      if (count == memories.length) {
        memories = Arrays.copyOf(memories, count * 2);
        words = Arrays.copyOf(words, words.length * 2);
      }
      if (memories[count] != s.memory) { // nearly always it is the buffer that it was before
        memories[count] = s.memory;
      }
      long[] w = words;
      int at = count * WORDS;
      w[at] = s.frame;
      w[at + 1] = clockNs;
      w[at + 2] = s.timestampNs;
      w[at + 3] = s.sourceHigh;
      w[at + 4] = s.sourceLow;
      w[at + 5] = s.destinationHigh;
      w[at + 6] = s.destinationLow;
      w[at + 7] = pair(s.sourcePort << 16 | s.destinationPort, s.vlan << 16 | s.flags);
      w[at + 8] = pair(s.sequence, s.acknowledgement);
      w[at + 9] = s.payloadOffset;
      w[at + 10] = pair(s.payloadLength, s.capturedLength);
      count++;
    }

    /** Frame of a segment. */
    long frame(int index) {
      return words[index * WORDS];
    }

    /** The latest packet time of all shards when the segment came. */
    long clockNs(int index) {
      return words[index * WORDS + 1];
    }

    /** Makes {@code s} the segment at the index. */
    void get(int index, TcpSegment s) {
      long[] w = words;
      int at = index * WORDS;
      s.memory = memories[index];
      s.frame = w[at];
      s.timestampNs = w[at + 2];
      s.sourceHigh = w[at + 3];
      s.sourceLow = w[at + 4];
      s.destinationHigh = w[at + 5];
      s.destinationLow = w[at + 6];
      int ports = high(w[at + 7]);
      s.sourcePort = ports >>> 16;
      s.destinationPort = ports & 0xffff;
      int vlanAndFlags = (int) w[at + 7];
      s.vlan = vlanAndFlags >> 16;
      s.flags = vlanAndFlags & 0xff;
      s.sequence = high(w[at + 8]);
      s.acknowledgement = (int) w[at + 8];
      s.payloadOffset = w[at + 9];
      s.payloadLength = high(w[at + 10]);
      s.capturedLength = (int) w[at + 10];
    }

    private static long pair(int high, int low) {
      return (long) high << 32 | low & 0xffffffffL;
    }

    private static int high(long pair) {
      return (int) (pair >>> 32);
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
