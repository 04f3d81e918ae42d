package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;

/** Reads what a {@link ByteWriter} wrote, in the same order. Not for several threads. */
final class ByteReader {
  private final Texts texts = new Texts(text -> text);
  private byte[] bytes;
  private int size;
  private int at;

  ByteReader() {
    this(new byte[256]);
  }

  /** Reads these. */
  ByteReader(byte[] bytes) {
    this.bytes = bytes;
    size = bytes.length;
  }

  /** Takes what one writer moved. */
  void takeFrom(DataInputView in) throws IOException {
    size = in.readInt();
    if (size > bytes.length) {
      bytes = new byte[Math.max(2 * bytes.length, size)];
    }
    in.readFully(bytes, 0, size);
    at = 0;
  }

  long number() {
    long zigzag = 0;
    int shift = 0;
    byte next = bytes[at++];
    while (next < 0) {
      zigzag |= (next & 0x7FL) << shift;
      shift += 7;
      next = bytes[at++];
    }
    zigzag |= (long) next << shift;
    return zigzag >>> 1 ^ -(zigzag & 1);
  }

  int integer() {
    return (int) number();
  }

  boolean flag() {
    return number() != 0;
  }

  String text() {
    int length = integer();
    if (length == ByteWriter.NULL) {
      return null;
    }
    at += length;
    return new String(bytes, at - length, length, UTF_8);
  }

  /** The same text for the same bytes: of one that comes again and again. */
  String knownText() {
    int length = integer();
    if (length == ByteWriter.NULL) {
      return null;
    }
    at += length;
    return texts.of(bytes, at - length, length);
  }

  byte[] bytes() {
    int length = integer();
    if (length == ByteWriter.NULL) {
      return null;
    }
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /** All that was not read yet. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, at, size);
  }

  long[] numbers(int length) {
    long[] numbers = new long[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = number();
    }
    return numbers;
  }

  int[] ascending() {
    int[] numbers = new int[integer()];
    long before = 0;
    for (int i = 0; i < numbers.length; i++) {
      before += number();
      numbers[i] = (int) before;
    }
    return numbers;
  }
}
