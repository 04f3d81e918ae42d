package io.sluice.collector.reassembly;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.TcpSegment;
import java.lang.foreign.MemorySegment;

/**
 * The out-of-order bytes of all streams of a worker: per stream a list of chunks by sequence number
 * that never overlap. Bounded per stream and in total by pages.
 */
final class HeldBytes {
  private static final int PAGE = PagePool.PAGE_BYTES;

  private final Counters<ReassemblyCounter> counters;
  private final PagePool pool;
  private final int maxStreamPages;

  HeldBytes(ReassemblyOptions options, Counters<ReassemblyCounter> counters) {
    this.counters = counters;
    this.pool = new PagePool(options.maxBufferBytes());
    this.maxStreamPages = Math.max(1, options.maxStreamBufferBytes() / PAGE);
  }

  /** True where the stream may hold so many bytes more and the pool is not empty. */
  boolean canTake(TcpStream own, int bytes) {
    return !isStreamFull(own, bytes) && pool.hasPage();
  }

  boolean isStreamFull(TcpStream own, int bytes) {
    return own.heldPages + (bytes + PAGE - 1) / PAGE > maxStreamPages;
  }

  /** Removes the stream's first chunk; give it back after use. */
  Chunk poll(TcpStream own) {
    Chunk chunk = own.firstHeld;
    own.firstHeld = chunk.next;
    if (chunk.next == null) {
      own.lastHeld = null;
    }
    own.heldPages--;
    return chunk;
  }

  void give(Chunk chunk) {
    pool.give(chunk);
  }

  /** Copies what the stream does not yet have of the segment's payload. */
  void add(TcpStream own, TcpSegment s, int sequence, long peerPosition) {
    int from = sequence;
    int end = sequence + s.payloadLength;
    if (from - own.next < 0) {
      counters.add(ReassemblyCounter.DUPLICATE_BYTES, own.next - from);
      from = own.next;
    }
    Chunk before = null;
    Chunk at = own.firstHeld;
    if (own.lastHeld != null && from - own.lastHeld.end() >= 0) { // the usual case: append
      before = own.lastHeld;
      at = null;
    }
    while (end - from > 0) {
      while (at != null && from - at.end() >= 0) {
        before = at;
        at = at.next;
      }
      if (at != null && from - at.sequence >= 0) { // overlap: the bytes that came first stay
        int until = at.end() - end < 0 ? at.end() : end;
        compare(own, at, s, sequence, from, until);
        counters.add(ReassemblyCounter.DUPLICATE_BYTES, until - from);
        from = until;
        continue;
      }
      int until = at != null && at.sequence - end < 0 ? at.sequence : end;
      before = fill(own, before, at, s, sequence, from, until, peerPosition);
      from = until;
    }
  }

  /** Puts chunks for [from, until) between two neighbours; returns the last of them. */
  private Chunk fill(
      TcpStream own,
      Chunk before,
      Chunk after,
      TcpSegment s,
      int sequence,
      int from,
      int until,
      long peerPosition) {
    Chunk last = before;
    while (until - from > 0) {
      int into = from - sequence;
      int captured = Math.min(Math.min(s.capturedLength - into, until - from), PAGE);
      boolean absent = captured <= 0;
      if (!absent && !pool.hasPage()) {
        counters.add(ReassemblyCounter.DISCARDED_NO_PAGE_BYTES, until - from);
        break;
      }
      Chunk chunk = absent ? pool.takeEmpty() : pool.take();
      chunk.sequence = from;
      chunk.captured = absent ? 0 : captured;
      chunk.length = absent ? until - from : captured;
      chunk.timestampNs = s.timestampNs;
      chunk.peerPosition = peerPosition;
      if (!absent) {
        MemorySegment.copy(s.memory, s.payloadOffset + into, chunk.memory, chunk.offset, captured);
      }
      own.heldPages++;
      counters.add(ReassemblyCounter.BUFFERED_BYTES, chunk.length);
      if (last == null) {
        own.firstHeld = chunk;
      } else {
        last.next = chunk;
      }
      chunk.next = after;
      if (after == null) {
        own.lastHeld = chunk;
      }
      last = chunk;
      from += chunk.length;
    }
    return last;
  }

  private void compare(TcpStream own, Chunk at, TcpSegment s, int sequence, int from, int until) {
    int into = from - sequence;
    int inChunk = from - at.sequence;
    int bytes = Math.min(until - from, Math.min(s.capturedLength - into, at.captured - inChunk));
    if (bytes <= 0) {
      return;
    }
    long ours = s.payloadOffset + into;
    long theirs = at.offset + inChunk;
    if (MemorySegment.mismatch(s.memory, ours, ours + bytes, at.memory, theirs, theirs + bytes)
        >= 0) {
      own.flow.overlapDiffers = true;
      counters.increment(ReassemblyCounter.OVERLAPS_DIFFERENT);
    }
  }
}
