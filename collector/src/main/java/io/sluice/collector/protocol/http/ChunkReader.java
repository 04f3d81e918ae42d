package io.sluice.collector.protocol.http;

/**
 * What stands around the data of a chunked body (RFC 9112, 7.1): sizes with their extensions, line
 * ends, the trailer section. The data itself is the caller's to count. Owned by one worker thread.
 */
final class ChunkReader {
  /** What {@link #read} came to. */
  enum Found {
    /** More bytes are needed. */
    NOTHING,
    /** A chunk's data: {@link #size} bytes of it, then {@link #dataRead}. */
    DATA,
    /** The end of the body, its trailer included. */
    END,
    /** No chunk size where one has to be; the rest of the body can't be found. */
    BAD_SIZE,
    /** A trailer longer than the limit; where it ends is not known. */
    TRAILER_LIMIT
  }

  private enum State {
    SIZE,
    DATA_END,
    TRAILER
  }

  private static final int MAX_LINE = 4096;
  private static final long MAX_SIZE = 1L << 62;

  private final SectionEnd trailerEnd = new SectionEnd();
  private final int maxTrailerBytes;

  private State state;
  private Found found;
  private boolean lineEnded;
  private long size;
  private boolean digits;
  private boolean sizeDone;

  /** Of the size line, or of the trailer. */
  private int bytes;

  ChunkReader(int maxTrailerBytes) {
    this.maxTrailerBytes = maxTrailerBytes;
  }

  /** A body begins at the next byte. */
  void open() {
    state = State.SIZE;
    size = 0;
    bytes = 0;
    digits = false;
    sizeDone = false;
  }

  /** The data of a chunk ends before the next byte. */
  void dataRead() {
    state = State.DATA_END;
  }

  /** What the last call of {@link #read} came to. */
  Found found() {
    return found;
  }

  /** Bytes of the chunk whose data was found, 1..2^62. */
  long size() {
    return size;
  }

  /** True where what was bad was a whole line. */
  boolean lineEnded() {
    return lineEnded;
  }

  /**
   * Reads from [from, end), which is not empty, up to what it finds.
   *
   * @return behind the last byte read
   */
  int read(byte[] m, int from, int end) {
    found = Found.NOTHING;
    return switch (state) {
      case SIZE -> size(m, from, end);
      case DATA_END -> dataEnd(m, from);
      case TRAILER -> trailer(m, from, end);
    };
  }

  private int size(byte[] m, int from, int end) {
    int at = from;
    while (at < end) {
      int b = Bytes.at(m, at++);
      if (b == Bytes.LF) {
        sizeLine();
        return at;
      }
      if (++bytes > MAX_LINE || !sizeByte(b)) {
        bad(false);
        return at;
      }
    }
    return at;
  }

  private void sizeLine() {
    if (!digits) {
      bad(true);
    } else if (size == 0) {
      trailerEnd.atLineStart();
      bytes = 0;
      state = State.TRAILER;
    } else {
      found = Found.DATA;
    }
  }

  /** Takes a byte of a size line; false where it can't stand there. */
  private boolean sizeByte(int b) {
    if (sizeDone) {
      return true;
    }
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      if (size >= MAX_SIZE >>> 4) {
        return false;
      }
      size = size << 4 | digit;
      digits = true;
      return true;
    }
    sizeDone = true;
    return digits && (b == ';' || b == Bytes.CR || Bytes.isBlank(b));
  }

  private void bad(boolean atLineEnd) {
    found = Found.BAD_SIZE;
    lineEnded = atLineEnd;
  }

  /** Lenient: the next size may also follow at once. */
  private int dataEnd(byte[] m, int at) {
    int b = Bytes.at(m, at);
    if (b == Bytes.CR) {
      return at + 1;
    }
    open();
    return b == Bytes.LF ? at + 1 : at;
  }

  private int trailer(byte[] m, int at, int end) {
    int next = trailerEnd.find(m, at, end);
    if (next >= 0) {
      found = Found.END;
      return next;
    }
    bytes += end - at;
    if (bytes > maxTrailerBytes) {
      found = Found.TRAILER_LIMIT;
    }
    return end;
  }
}
