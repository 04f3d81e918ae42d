package io.sluice.collector.capture;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;

/**
 * The bytes of a capture seen through native memory, from a position that only moves forward: a
 * buffer that is filled on demand and moves along, or one lent buffer after the other. Owned by one
 * thread.
 */
final class ByteWindow {
  /**
   * A file's packets are read while they are in the processor's cache: this is a part of the second
   * level of usual ones, and enough that the call costs nothing.
   */
  private static final int FILE_BUFFER_BYTES = 1 << 18;

  private static final int STREAM_BUFFER_BYTES = 1 << 20;
  private static final int CHUNK_BYTES = 1 << 16;

  /** Where bytes come from. */
  private interface Source {
    /** Puts 1 to {@code max} bytes at the offset and returns how many, or -1 at the end. */
    int read(MemorySegment into, long offset, int max) throws IOException;
  }

  private final Arena arena;
  private final Source source;
  private MemorySegment memory;
  private long position;
  private long limit;
  private long bytesBefore;
  private boolean ended;
  private IOException failure;
  private Runnable beforeWaiting = () -> {};
  private BufferLender lender;

  private ByteWindow(Arena arena, int bufferBytes, FileChannel file) {
    this.arena = arena;
    memory = arena.allocate(bufferBytes, 8);
    source = (into, at, max) -> file.read(into.asSlice(at, max).asByteBuffer());
  }

  private ByteWindow(Arena arena, int bufferBytes, InputStream stream) {
    this.arena = arena;
    memory = arena.allocate(bufferBytes, 8);
    source = new StreamSource(stream);
  }

  /** Over a regular file, which stays the caller's to close; the buffer lives as the arena does. */
  static ByteWindow ofFile(Arena arena, FileChannel file) {
    return new ByteWindow(arena, FILE_BUFFER_BYTES, file);
  }

  /** Over a stream, which stays the caller's to close; the buffer lives as the arena does. */
  static ByteWindow ofStream(Arena arena, InputStream stream) {
    return new ByteWindow(arena, STREAM_BUFFER_BYTES, stream);
  }

  private final class StreamSource implements Source {
    private final InputStream stream;
    private final byte[] chunk = new byte[CHUNK_BYTES];

    StreamSource(InputStream stream) {
      this.stream = stream;
    }

    @Override
    public int read(MemorySegment into, long offset, int max) throws IOException {
      if (stream.available() == 0) {
        beforeWaiting.run();
      }
      int got = stream.read(chunk, 0, Math.min(CHUNK_BYTES, max));
      if (got > 0) {
        MemorySegment.copy(chunk, 0, into, ValueLayout.JAVA_BYTE, offset, got);
      }
      return got;
    }
  }

  /** From now on the window moves on into buffers of the lender's, instead of moving bytes back. */
  void useBuffersOf(BufferLender lender) {
    this.lender = lender;
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
   * {@code bytes}: the buffer grows to hold them.
   */
  boolean has(long bytes) {
    return limit - position >= bytes || (!ended && fill(bytes));
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

  /** Why the bytes ended early, or null where they ended well. */
  IOException failure() {
    return failure;
  }

  private boolean fill(long bytes) {
    makeRoom(bytes);
    while (limit - position < bytes && !ended) {
      int got;
      try {
        got = source.read(memory, limit, (int) (memory.byteSize() - limit));
      } catch (IOException e) {
        failure = e;
        got = -1;
      }
      if (got < 0) {
        ended = true;
      } else {
        limit += got;
      }
    }
    return limit - position >= bytes;
  }

  private void makeRoom(long bytes) {
    boolean fits = memory.byteSize() - position >= bytes;
    // Few bytes are left to be moved here; a read of few bytes would cost more.
    if (fits && (position == 0 || memory.byteSize() - limit >= memory.byteSize() / 2)) {
      return;
    }
    MemorySegment target = memory;
    if (lender != null) {
      target = lender.next(bytes);
    } else if (memory.byteSize() < bytes) {
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
