package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Numbers and texts one after the other: a number in as few bytes as it needs (as Avro's and
 * protobuf's signed ones), a text as UTF-8 behind its length. Not for several threads.
 */
final class ByteWriter {
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

  private void reserve(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  void number(long number) {
    reserve(10);
    long zigzag = number << 1 ^ number >> 63;
    while ((zigzag & ~0x7FL) != 0) {
      bytes[size++] = (byte) (zigzag | 0x80);
      zigzag >>>= 7;
    }
    bytes[size++] = (byte) zigzag;
  }

  void flag(boolean flag) {
    number(flag ? 1 : 0);
  }

  /** May be null. */
  void text(String text) {
    bytes(text == null ? null : text.getBytes(UTF_8));
  }

  /** May be null. */
  void bytes(byte[] more) {
    if (more == null) {
      number(NULL);
      return;
    }
    number(more.length);
    append(more);
  }

  /** Without their length. */
  void append(byte[] more) {
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
