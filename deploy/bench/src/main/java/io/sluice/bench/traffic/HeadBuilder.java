package io.sluice.bench.traffic;

import java.util.Arrays;

/** Text of a message's head, built without a String per line. Reused; one thread. */
final class HeadBuilder {
  private static final String PADDING_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private byte[] bytes = new byte[2048];
  private int length;

  HeadBuilder clear() {
    length = 0;
    return this;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** US-ASCII only. */
  HeadBuilder add(String text) {
    int added = text.length();
    if (length + added > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + added));
    }
    for (int i = 0; i < added; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return this;
  }

  HeadBuilder add(long number) {
    return add(Long.toString(number));
  }

  HeadBuilder header(String name, String value) {
    return add(name).add(": ").add(value).add("\r\n");
  }

  HeadBuilder padding(Dice dice, int count) {
    for (int i = 0; i < count; i += 10) {
      long bits = dice.next();
      int part = Math.min(10, count - i);
      char[] characters = new char[part];
      for (int j = 0; j < part; j++) {
        characters[j] = PADDING_CHARACTERS.charAt((int) (bits >>> (6 * j)) & 63);
      }
      add(new String(characters));
    }
    return this;
  }
}
