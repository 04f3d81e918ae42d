package io.sluice.query.render;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Makes text from the wire harmless to print: what a terminal could take as a command is written
 * out instead.
 */
public final class PlainText {
  private PlainText() {}

  /**
   * Control, format, unassigned and surrogate characters as {@code \\u{hex}}; all others as they
   * are.
   */
  public static String of(String text) {
    if (text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (isPrintable(c)) {
            safe.appendCodePoint(c);
          } else {
            safe.append("\\u{").append(Integer.toHexString(c)).append('}');
          }
        });
    return safe.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** A value for programs: plain digits, ISO times, empty for null. */
  static String machine(Object value) {
    return switch (value) {
      case null -> "";
      case BigDecimal number -> number.toPlainString();
      default -> value.toString();
    };
  }

  /** Digits in groups of three; text that is not an integer stays as it is. */
  static String grouped(String digits) {
    if (!digits.matches("-?[1-9]\\d{3,17}")) {
      return digits;
    }
    return String.format(Locale.ROOT, "%,d", Long.parseLong(digits));
  }
}
