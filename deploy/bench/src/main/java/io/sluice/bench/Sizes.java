package io.sluice.bench;

import java.util.Locale;

/** Sizes as people write them: 500, 64k, 5m, 2g; factors of 1,000 as disks and networks count. */
final class Sizes {
  private Sizes() {}

  static long parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    long factor =
        switch (lower.isEmpty() ? ' ' : lower.charAt(lower.length() - 1)) {
          case 'k' -> 1_000;
          case 'm' -> 1_000_000;
          case 'g' -> 1_000_000_000;
          default -> 1;
        };
    String digits = factor == 1 ? lower : lower.substring(0, lower.length() - 1);
    try {
      return Math.multiplyExact(Long.parseLong(digits), factor);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new Problem(
          "cannot use the size '" + text + "': it is no number; write 500, 64k, 5m or 2g");
    }
  }
}
