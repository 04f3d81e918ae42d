package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Numbers and texts one after the other: a number in as few bytes as it needs (as Avro's and
 * protobuf's signed ones), a text as UTF-8 behind its length. Not for several threads.
 */
public final class ByteWriter {
  /** The length of what is null. */
  static final int NULL = -1;

  private byte[] bytes = new byte[256];
  private int size;

  /** Writes what there is behind its length, and is empty. */
  void moveTo(DataOutputView out) throws IOException {
    out.writeInt(size);
    out.write(bytes, 0, size);
    size = 0;
  }

  /** What there is, as an array of its own; it is empty then. */
  public byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, size);
    size = 0;
    return taken;
  }

  private void reserve(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  public void number(long number) {
    reserve(10);
    long zigzag = number << 1 ^ number >> 63;
    int at = size;
    while ((zigzag & ~0x7FL) != 0) {
      bytes[at++] = (byte) (zigzag | 0x80);
      zigzag >>>= 7;
    }
    bytes[at++] = (byte) zigzag;
    size = at;
  }

  public void flag(boolean flag) {
    number(flag ? 1 : 0);
  }

  /** May be null. */
  public void text(String text) {
    if (text == null) {
      number(NULL);
      return;
    }
    int begin = size;
    int length = text.length();
    number(length);
    reserve(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // Seldom: as a text of ASCII it needs no array of its own.
        size = begin;
        bytes(text.getBytes(UTF_8));
        return;
      }
      bytes[size++] = (byte) c;
    }
  }

  /** May be null. */
  public void bytes(byte[] more) {
    if (more == null) {
      number(NULL);
      return;
    }
    number(more.length);
    append(more);
  }

  /** Without their length. */
  public void append(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  /** As many as the reader knows there are. */
  void numbers(long[] numbers) {
    for (long number : numbers) {
      number(number);
    }
  }

  /** By how far apart they are. */
  void ascending(int[] numbers) {
    number(numbers.length);
    long before = 0;
    for (int number : numbers) {
      number(number - before);
      before = number;
    }
  }
}
