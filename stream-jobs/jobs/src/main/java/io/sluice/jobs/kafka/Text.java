package io.sluice.jobs.kafka;

import java.nio.charset.StandardCharsets;

/** Bounds and cleans text from the wire so that every store can hold it, and an index its key. */
final class Text {
  /** Ends a text that was cut. */
  private static final String CUT = "\u2026";

  private Text() {}

  /**
   * No NUL, no unpaired surrogate, and at most {@code maxBytes} of UTF-8; a longer one is cut
   * between characters and ends in an ellipsis. Null stays null.
   */
  static String clean(String text, int maxBytes) {
    if (text == null) {
      return null;
    }
    String clean = text;
    if (!isClean(text)) {
      StringBuilder builder = new StringBuilder(text.length());
      text.codePoints()
          .forEach(c -> {
            boolean bad = c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            builder.appendCodePoint(bad ? 0xFFFD : c);
          });
      clean = builder.toString();
    }
    // A char is at most three bytes.
    if (clean.length() * 3L <= maxBytes) {
      return clean;
    }
    byte[] bytes = clean.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return clean;
    }
    int end = maxBytes - 3;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + CUT;
  }

  private static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
