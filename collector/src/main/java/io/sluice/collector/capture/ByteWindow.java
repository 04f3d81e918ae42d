package io.sluice.collector.capture;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of a capture seen through native memory, from a position that only moves forward. Over
 * a mapped file the window is the whole file; over a stream it is a buffer that is filled on demand
 * and moves along. Owned by one thread.
 */
final class ByteWindow {
  private static final int INITIAL_BUFFER_BYTES = 1 << 20;
  private static final int CHUNK_BYTES = 1 << 16;

  private final Arena arena;
  private final InputStream stream;
  private final byte[] chunk;
  private MemorySegment memory;
  private long position;
  private long limit;
  private long bytesBefore;
  private boolean streamEnded;
  private IOException streamFailure;
  private Runnable beforeWaiting = () -> {};

  private ByteWindow(Arena arena, MemorySegment memory, long limit, InputStream stream) {
    this.arena = arena;
    this.memory = memory;
    this.limit = limit;
    this.stream = stream;
    this.streamEnded = stream == null;
    this.chunk = stream == null ? null : new byte[CHUNK_BYTES];
  }

  /** Over a mapping that lives as long as the arena. */
  static ByteWindow ofMapping(Arena arena, MemorySegment mapping) {
    return new ByteWindow(arena, mapping, mapping.byteSize(), null);
  }

  /** Over a stream, which stays the caller's to close; the buffer lives as long as the arena. */
  static ByteWindow ofStream(Arena arena, InputStream stream) {
    return new ByteWindow(arena, arena.allocate(INITIAL_BUFFER_BYTES, 8), 0, stream);
  }

  /** Valid until the next call of {@link #has} or {@link #skip}. */
  MemorySegment memory() {
    return memory;
  }

  /** Offset in {@link #memory} of the next byte. */
  long position() {
    return position;
  }

  /** Bytes from the start of the capture (uncompressed) to the next byte. */
  long offsetInCapture() {
    return bytesBefore + position;
  }

  /** Bytes that are in the window and not yet consumed. */
  long available() {
    return limit - position;
  }

  /**
   * Whether the next {@code bytes} bytes exist; if so they are in the window. The caller bounds
   * {@code bytes}: a stream's buffer grows to hold them.
   */
  boolean has(long bytes) {
    return limit - position >= bytes || (!streamEnded && fill(bytes));
  }

  /** Moves past bytes that {@link #has} has shown to be there. */
  void advance(long bytes) {
    position += bytes;
  }

  /** Moves past bytes of any number without holding them; false where the capture ends before. */
  boolean skip(long bytes) {
    long left = bytes;
    while (left > available()) {
      left -= available();
      position = limit;
      if (!has(1)) {
        return false;
      }
    }
    position += left;
    return true;
  }

  /** Calls the action before a read of the stream that may have to wait. */
  void beforeWaiting(Runnable action) {
    beforeWaiting = action;
  }

  /** Why the stream ended early, or null where it ended well. */
  IOException streamFailure() {
    return streamFailure;
  }

  private boolean fill(long bytes) {
    makeRoom(bytes);
    while (limit - position < bytes && !streamEnded) {
      int wanted = (int) Math.min(CHUNK_BYTES, memory.byteSize() - limit);
      int got;
      try {
        if (stream.available() == 0) {
          beforeWaiting.run();
        }
        got = stream.read(chunk, 0, wanted);
      } catch (IOException e) {
        streamFailure = e;
        got = -1;
      }
      if (got < 0) {
        streamEnded = true;
      } else {
        MemorySegment.copy(chunk, 0, memory, ValueLayout.JAVA_BYTE, limit, got);
        limit += got;
      }
    }
    return limit - position >= bytes;
  }

  private void makeRoom(long bytes) {
    if (memory.byteSize() - position >= bytes) {
      return;
    }
    MemorySegment target = memory;
    if (memory.byteSize() < bytes) {
      // The old buffer stays with the arena: sizes double, so all of them together are below two of
      // the largest.
      target = arena.allocate(Math.max(bytes, memory.byteSize() * 2), 8);
    }
    MemorySegment.copy(memory, position, target, 0, available());
    memory = target;
    bytesBefore += position;
    limit -= position;
    position = 0;
  }
}
