package io.sluice.collector.encoding;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that is used again for each record. One thread. */
public final class RecordBuffer extends OutputStream {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int KEPT_CAPACITY = 1 << 20;
  private static final int MAX_DIGITS = 20;
  private static final int MAX_ZIG_ZAG = 10;

  /** No character of the text: a control character ends the printable part anyhow. */
  private static final char NONE = 0;

  private byte[] bytes = new byte[4096];
  private int length;

  public int length() {
    return length;
  }

  /** The bytes themselves, valid up to {@link #length()} and until the next call that appends. */
  public byte[] array() {
    return bytes;
  }

  /** Forgets the content. A buffer that one giant record blew up shrinks again. */
  public void clear() {
    length = 0;
    if (bytes.length > KEPT_CAPACITY) {
      bytes = new byte[4096];
    }
  }

  /** Forgets what was appended after the buffer had this length. */
  public void truncate(final int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException("length " + newLength + " of " + length);
    }
    length = newLength;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public void write(final int value) {
    put((byte) value);
  }

  @Override
  public void write(final byte[] source, final int offset, final int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  public void writeTo(final OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  /**
   * Appends a number as Avro does: small ones of either sign in few bytes, the sign last, seven
   * bits a byte, the lowest first.
   */
  public void zigZag(final long value) {
    ensure(MAX_ZIG_ZAG);
    long rest = value << 1 ^ value >> 63;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      bytes[length++] = (byte) (rest & 0x7f | 0x80);
    }
    bytes[length++] = (byte) rest;
  }

  void put(final byte value) {
    ensure(1);
    bytes[length++] = value;
  }

  void put(final char ascii) {
    put((byte) ascii);
  }

  /** Appends text that is known to be ASCII. */
  void ascii(final String text) {
    final int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += count;
  }

  void bytes(final byte[] source) {
    write(source, 0, source.length);
  }

  void decimal(final long value) {
    if (value < 0) {
      ascii(Long.toString(value));
      return;
    }
    ensure(MAX_DIGITS);
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    length += digits;
    long rest = value;
    for (int at = length - 1; digits > 0; digits--) {
      bytes[at--] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** Appends text as a JSON string, made safe as by {@link SafeText}. */
  void json(final String text) {
    put('"');
    final int plain = printable(text, text.length(), '"', '\\');
    if (plain < text.length()) {
      jsonEscaped(SafeText.clean(text), plain);
    }
    put('"');
  }

  /**
   * Appends the start of a text as the start of a JSON string, if it is plain ASCII.
   *
   * @return false where it is not: nothing was appended then
   */
  boolean jsonStart(final String text, final int chars) {
    final int from = length;
    put('"');
    if (printable(text, chars, '"', '\\') == chars) {
      return true;
    }
    length = from;
    return false;
  }

  /** Appends once more what is in [from, end). */
  void again(final int from, final int end) {
    write(bytes, from, end - from);
  }

  /** Appends text made safe as by {@link SafeText}. */
  void plain(final String text) {
    final int plain = printable(text, text.length(), NONE, NONE);
    if (plain < text.length()) {
      final String clean = SafeText.clean(text);
      for (int i = plain; i < clean.length(); ) {
        final int codePoint = clean.codePointAt(i);
        codePoint(codePoint);
        i += Character.charCount(codePoint);
      }
    }
  }

  /**
   * Appends the printable ASCII that the text begins with, up to either character or so many.
   *
   * @return how many there were
   */
  private int printable(final String text, final int count, final char but, final char andBut) {
    ensure(count);
    final byte[] target = bytes;
    final int start = length;
    int i = 0;
    for (; i < count; i++) {
      final char c = text.charAt(i);
      if (c < 0x20 || c >= 0x7f || c == but || c == andBut) {
        break;
      }
      target[start + i] = (byte) c;
    }
    length = start + i;
    return i;
  }

  /** What is before the first unsafe character is the same in the clean text. */
  private void jsonEscaped(final String clean, final int from) {
    for (int i = from; i < clean.length(); ) {
      final int codePoint = clean.codePointAt(i);
      if (codePoint == '"' || codePoint == '\\') {
        put('\\');
      }
      codePoint(codePoint);
      i += Character.charCount(codePoint);
    }
  }

  /** Appends digits with leading zeros, at least {@code width} of them. */
  void padded(final long value, final int width) {
    final String digits = Long.toString(value);
    for (int i = digits.length(); i < width; i++) {
      put('0');
    }
    ascii(digits);
  }

  /** Appends one code point; a surrogate is written like any other three-byte value. */
  void codePoint(final int codePoint) {
    ensure(4);
    length = Utf8.write(codePoint, bytes, length);
  }

  /** Appends each byte of a code point as {@code \xHH}. */
  void hexEscape(final int codePoint) {
    ensure(16);
    final byte[] scratch = new byte[4];
    final int count = Utf8.write(codePoint, scratch, 0);
    for (int i = 0; i < count; i++) {
      bytes[length++] = '\\';
      bytes[length++] = 'x';
      bytes[length++] = HEX[(scratch[i] >> 4) & 0xf];
      bytes[length++] = HEX[scratch[i] & 0xf];
    }
  }

  private void ensure(final int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }
}
