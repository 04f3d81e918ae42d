package io.sluice.collector.reassembly;

import java.lang.foreign.MemorySegment;

/** Bytes that arrived before those in front of them: at most a page, or a known length cut off. */
final class Chunk {
  int sequence;

  /** Bytes of the stream that the chunk stands for. */
  int length;

  /** Bytes that are there: length, or 0 where capture cut them off. */
  int captured;

  /** The chunk's own page, or null where it has none; it starts at offset. */
  MemorySegment memory;

  long offset;

  /** Packet time of the segment, nanoseconds since 1970 UTC. */
  long timestampNs;

  /** See {@link TcpStream#peerPosition}. */
  long peerPosition;

  Chunk next;

  int end() {
    return sequence + length;
  }
}
