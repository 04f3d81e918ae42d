package io.sluice.collector.encoding;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Finds sensitive parameter names inside a text without cutting them out. Only a name with an
 * escape or bracket in it, which a plain name of a credential has not, is taken apart.
 */
final class ParameterNames {
  private static final int MAX_CODED_CHARS = 512;

  private final Set<String> exact;
  private final Set<String> folded;
  private final String[][] exactByLength;
  private final String[][] foldedByLength;

  ParameterNames(final Set<String> exact, final Set<String> ignoringCase) {
    this.exact = Set.copyOf(exact);
    folded = new HashSet<>();
    ignoringCase.forEach(name -> folded.add(name.toLowerCase(Locale.ROOT)));
    exactByLength = byLength(exact);
    foldedByLength = byLength(folded);
  }

  /** Whether the characters from {@code start} to before {@code end} are a sensitive name. */
  boolean match(final String text, final int start, final int end) {
    for (int i = start; i < end; i++) {
      final char c = text.charAt(i);
      if (c == '%' || c == '[' || c == '+' || c == '\\') {
        return matchCoded(text.substring(start, Math.min(end, start + MAX_CODED_CHARS)));
      }
    }
    return contains(exactByLength, false, text, start, end)
        || contains(foldedByLength, true, text, start, end);
  }

  private static boolean contains(
      final String[][] byLength,
      final boolean ignoreCase,
      final String text,
      final int start,
      final int end) {
    final int length = end - start;
    if (length < byLength.length && byLength[length] != null) {
      for (final String name : byLength[length]) {
        if (text.regionMatches(ignoreCase, start, name, 0, length)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean matchCoded(final String coded) {
    final String name = decode(coded);
    if (matchWhole(name)) {
      return true;
    }
    // user[password], password[], user[password][]: each name in brackets counts.
    for (final String part : name.split("[\\[\\]]", -1)) {
      if (!part.isEmpty() && matchWhole(part)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchWhole(final String name) {
    return exact.contains(name) || folded.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Percent and {@code \xHH} escapes of ASCII; others can't be part of a listed name. */
  private static String decode(final String coded) {
    final StringBuilder out = new StringBuilder(coded.length());
    for (int i = 0; i < coded.length(); i++) {
      final char c = coded.charAt(i);
      final int digits = c == '%' ? i + 1 : coded.startsWith("\\x", i) ? i + 2 : -1;
      final int high = digit(coded, digits);
      final int low = digit(coded, digits + 1);
      if (digits > 0 && high >= 0 && low >= 0) {
        out.append((char) (high << 4 | low));
        i = digits + 1;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static int digit(final String text, final int at) {
    return at > 0 && at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
  }

  private static String[][] byLength(final Set<String> names) {
    final int longest = names.stream().mapToInt(String::length).max().orElse(0);
    final String[][] result = new String[longest + 1][];
    for (int length = 0; length <= longest; length++) {
      final int wanted = length;
      final String[] ofLength =
          names.stream().filter(name -> name.length() == wanted).toArray(String[]::new);
      result[length] = ofLength.length == 0 ? null : ofLength;
    }
    return result;
  }
}
