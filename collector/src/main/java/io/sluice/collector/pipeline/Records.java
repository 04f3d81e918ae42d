package io.sluice.collector.pipeline;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import java.util.Arrays;

/**
 * Encoded events of one shard and batch, each with its place among those of all shards. Written by
 * the thread that works on the shard, then read by the one that merges.
 */
final class Records {
  private final RecordBuffer text = new RecordBuffer();
  private int[] ends = new int[64];
  private long[] frames = new long[64];
  private long[] serials = new long[64];
  private int count;

  /**
   * @param frame the frame at which the event came out
   * @param serial of its flow, where a timer brought it out, which happens before the frame is
   *     looked at; else Long.MAX_VALUE
   */
  void add(RequestEvent event, EventEncoding encoding, long frame, long serial) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      frames = Arrays.copyOf(frames, count * 2);
      serials = Arrays.copyOf(serials, count * 2);
    }
    encoding.append(event, text);
    ends[count] = text.length();
    frames[count] = frame;
    serials[count] = serial;
    count++;
  }

  int count() {
    return count;
  }

  /** True where the record at the index comes before another shard's. */
  boolean isBefore(int index, Records other, int otherIndex) {
    long mine = frames[index];
    long others = other.frames[otherIndex];
    return mine != others ? mine < others : serials[index] < other.serials[otherIndex];
  }

  void write(int index, RecordOutput out) {
    int from = index == 0 ? 0 : ends[index - 1];
    out.write(text.array(), from, ends[index] - from);
  }

  void clear() {
    text.clear();
    count = 0;
  }
}
