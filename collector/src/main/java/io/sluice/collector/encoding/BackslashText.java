package io.sluice.collector.encoding;

/**
 * Event text for formats that escape as events do, with {@code \\} and {@code \xHH} (Zeek, Apache):
 * such sequences go through as they are, and a backslash that begins neither is doubled, so that
 * the result always reads back and its end is never escaped.
 */
final class BackslashText {
  /** Which code points a format writes as {@code \xHH} beside those unsafe anywhere. */
  @FunctionalInterface
  interface Escapes {
    boolean test(int codePoint);
  }

  private BackslashText() {}

  static void append(final String text, final Escapes hex, final RecordBuffer out) {
    append(text, 0, hex, out);
  }

  static void append(
      final String text, final int start, final Escapes hex, final RecordBuffer out) {
    for (int i = start; i < text.length(); ) {
      final int codePoint = text.codePointAt(i);
      final int known = codePoint == '\\' ? sequenceLength(text, i) : 0;
      if (known > 0) {
        out.ascii(text.substring(i, i + known));
        i += known;
        continue;
      }
      if (codePoint == '\\') {
        out.ascii("\\\\");
      } else if (SafeText.isUnsafe(codePoint) || hex.test(codePoint)) {
        out.hexEscape(codePoint);
      } else {
        out.codePoint(codePoint);
      }
      i += Character.charCount(codePoint);
    }
  }

  private static int sequenceLength(final String text, final int at) {
    if (text.startsWith("\\\\", at)) {
      return 2;
    }
    final boolean hex =
        text.startsWith("\\x", at)
            && at + 3 < text.length()
            && isHexDigit(text.charAt(at + 2))
            && isHexDigit(text.charAt(at + 3));
    return hex ? 4 : 0;
  }

  private static boolean isHexDigit(final char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }
}
