package io.sluice.collector.encoding;

/**
 * The last guard between bytes of the wire and a log file or terminal. Events hold clean text
 * already; this holds even if one does not. What a terminal could act on or hide (control
 * characters of both sets, direction overrides and other format characters, line separators,
 * unpaired surrogates) is written as {@code \xHH} of its UTF-8 bytes.
 */
public final class SafeText {
  private SafeText() {}

  /** The text itself where it is safe, which is all but always, and then without allocation. */
  public static String clean(final String text) {
    if (text == null) {
      return null;
    }
    final int unsafe = firstUnsafe(text);
    return unsafe < 0 ? text : escapeFrom(text, unsafe);
  }

  /** At most {@code maxChars} of the text, cut at a code point. */
  static String cut(final String text, final int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars);
  }

  static boolean isUnsafe(final int codePoint) {
    if (codePoint < 0x7f) {
      return codePoint < 0x20;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  private static int firstUnsafe(final String text) {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c < 0x20) {
        return i;
      }
      if (c >= 0x7f) {
        final int codePoint = text.codePointAt(i);
        if (isUnsafe(codePoint)) {
          return i;
        }
        i += Character.charCount(codePoint) - 1;
      }
    }
    return -1;
  }

  private static String escapeFrom(final String text, final int start) {
    final StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, start);
    final byte[] scratch = new byte[4];
    for (int i = start; i < text.length(); ) {
      final int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (!isUnsafe(codePoint)) {
        out.appendCodePoint(codePoint);
        continue;
      }
      final int count = Utf8.write(codePoint, scratch, 0);
      for (int b = 0; b < count; b++) {
        out.append("\\x")
            .append(Character.forDigit((scratch[b] >> 4) & 0xf, 16))
            .append(Character.forDigit(scratch[b] & 0xf, 16));
      }
    }
    return out.toString();
  }
}
