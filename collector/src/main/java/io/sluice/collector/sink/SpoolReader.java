package io.sluice.collector.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The valid records of one segment in their order. What is none, a torn end or damaged bytes, is
 * searched byte by byte for the next.
 */
final class SpoolReader {
  private static final int WINDOW_BYTES = 1 << 18;

  private final FileChannel file;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowOffset;
  private int recordStart;
  private int bodyBytes;
  private long position;
  private long limit;

  /**
   * @param position in the file, of the first record
   */
  SpoolReader(FileChannel file, long position) {
    this.file = file;
    this.position = position;
    windowOffset = position;
  }

  /**
   * @param behindLast in the file, behind the last record; only grows
   */
  void limit(long behindLast) {
    limit = behindLast;
  }

  /** Finds the next record; false where there is none up to the limit. */
  boolean next() throws IOException {
    while (position + SpoolFormat.HEADER_BYTES <= limit) {
      load(SpoolFormat.HEADER_BYTES);
      int bytes = SpoolFormat.bodyBytes(window, (int) (position - windowOffset));
      if (bytes >= 0 && position + SpoolFormat.HEADER_BYTES + bytes <= limit) {
        load(SpoolFormat.HEADER_BYTES + bytes);
        int start = (int) (position - windowOffset);
        if (SpoolFormat.isValid(window, start, bytes)) {
          recordStart = start;
          bodyBytes = bytes;
          position += SpoolFormat.HEADER_BYTES + bytes;
          return true;
        }
      }
      position++;
    }
    return false;
  }

  boolean isEvent() {
    return SpoolFormat.isEvent(window, recordStart);
  }

  long ordinal() {
    return SpoolFormat.ordinal(window, recordStart);
  }

  /** The record found; null where its content is none that we know. */
  Delivery delivery(String topic) {
    return SpoolFormat.read(window, recordStart, bodyBytes, topic);
  }

  /** In the file, behind the record found. */
  long position() {
    return position;
  }

  /** Makes so many bytes from the position on stand in the window. */
  private void load(int bytes) throws IOException {
    if (position - windowOffset + bytes <= window.limit()) {
      return;
    }
    if (bytes > window.capacity()) {
      window = ByteBuffer.allocate(Math.max(bytes, WINDOW_BYTES));
    }
    window.clear();
    window.limit((int) Math.min(window.capacity(), limit - position));
    windowOffset = position;
    while (window.hasRemaining()) {
      int got = file.read(window, windowOffset + window.position());
      if (got < 0) {
        throw new IOException("the file is shorter than what was written to it");
      }
    }
    window.flip();
  }
}
