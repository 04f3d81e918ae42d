package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Texts;
import java.io.EOFException;
import java.io.IOException;

/**
 * Reads a record's bytes one field after the other, as Avro writes them (Avro 1.12, Binary
 * Encoding), and refuses whatever Avro's own decoder refuses. Not for several threads.
 */
final class AvroBytes {
  private static final int MAX_VARINT_BITS = 70;

  private byte[] bytes;
  private int at;

  /** Begins to read there. */
  void wrap(byte[] record, int from) {
    bytes = record;
    at = from;
  }

  long readLong() throws IOException {
    long zigzag = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      if (at == bytes.length) {
        throw new EOFException("the record ends within a number");
      }
      byte next = bytes[at++];
      zigzag |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return zigzag >>> 1 ^ -(zigzag & 1);
      }
    }
    throw new IOException("a number of more than ten bytes");
  }

  int readInt() throws IOException {
    long number = readLong();
    if (number != (int) number) {
      throw new IOException("a number of more than 32 bits");
    }
    return (int) number;
  }

  String readText(Texts texts) throws IOException {
    int length = length();
    at += length;
    return texts.of(bytes, at - length, length);
  }

  /** Returns how long it is; it ends where {@link #at} is then. */
  int skipText() throws IOException {
    int length = length(); // Moves on by itself.
    at += length;
    return length;
  }

  /** Where it reads next. */
  int at() {
    return at;
  }

  private int length() throws IOException {
    long length = readLong();
    if (length < 0 || length > AvroSetup.MAX_TEXT_BYTES) {
      throw new IOException("a text of " + length + " bytes");
    }
    if (length > bytes.length - at) {
      throw new EOFException("the record ends within a text");
    }
    return (int) length;
  }

  /** Of a union of null and something else, in this order: whether it is something else. */
  boolean readPresent() throws IOException {
    long branch = readLong();
    if (branch != 0 && branch != 1) {
      throw new IOException("branch " + branch + " of a union of two");
    }
    return branch == 1;
  }

  /** Returns how long it is, -1 where it is null. */
  int skipOptionalText() throws IOException {
    return readPresent() ? skipText() : -1;
  }

  void skipOptionalInt() throws IOException {
    if (readPresent()) {
      readInt();
    }
  }

  /**
   * How many items of an array follow; to be called again behind them, until there are none.
   *
   * @param before items of this array up to here
   */
  int readItems(int before) throws IOException {
    long items = readLong();
    if (items < 0) {
      readLong(); // How many bytes they have.
      items = -items;
    }
    if (items < 0 || items > AvroSetup.MAX_ITEMS - before) {
      throw new IOException("an array of " + items + " more items");
    }
    return (int) items;
  }
}
