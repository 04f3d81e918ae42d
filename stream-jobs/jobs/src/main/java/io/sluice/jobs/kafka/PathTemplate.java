package io.sluice.jobs.kafka;

/**
 * Paths that differ only in identifiers become one: {@code /items/4527/detail} is {@code
 * /items/{int}/detail}. Judged segment by segment and by shape alone, so the same path always gives
 * the same template.
 *
 * <ul>
 *   <li>{@code {int}}: digits only
 *   <li>{@code {date}}: 2026-11-21, alone or before a T
 *   <li>{@code {uuid}}: 8-4-4-4-12 hexadecimal digits
 *   <li>{@code {hex}}: 8 or more hexadecimal digits with figures and letters among them
 *   <li>{@code {opaque}}: 20 or more letters, figures, - _ = . ~ of which at least a quarter is
 *       figures, or which change between small and capital letters and hold a figure
 * </ul>
 *
 * A short file extension stays: {@code /4527.html} is {@code /{int}.html}.
 */
final class PathTemplate {
  private static final int MIN_HEX = 8;
  private static final int MIN_OPAQUE = 20;
  private static final int MAX_EXTENSION = 5;

  private PathTemplate() {}

  static String of(String path) {
    StringBuilder template = new StringBuilder(path.length());
    append(path, template);
    return template.toString();
  }

  static void append(CharSequence path, StringBuilder template) {
    int length = path.length();
    if (length == 0 || path.charAt(0) != '/' || !hasDigit(path)) {
      template.append(path);
      return;
    }
    int start = 1;
    while (true) {
      int end = start;
      while (end < length && path.charAt(end) != '/') {
        end++;
      }
      template.append('/');
      appendSegment(template, path, start, end);
      if (end == length) {
        return;
      }
      start = end + 1;
    }
  }

  private static void appendSegment(StringBuilder template, CharSequence path, int start, int end) {
    int dot = end - 1;
    while (dot > start && path.charAt(dot) != '.') {
      dot--;
    }
    int stem = dot > start && isExtension(path, dot + 1, end) ? dot : end;
    String name = shape(path, start, stem);
    if (name != null) {
      template.append(name).append(path, stem, end);
      return;
    }
    template.append(path, start, end);
  }

  private static boolean isExtension(CharSequence path, int start, int end) {
    return end > start && end - start <= MAX_EXTENSION && isLetter(path.charAt(start));
  }

  /** What stands for the segment, or null where it is a word. */
  private static String shape(CharSequence path, int start, int end) {
    int length = end - start;
    if (length == 0) {
      return null;
    }
    int digits = 0;
    int hexLetters = 0;
    int letters = 0;
    int marks = 0;
    int caseChanges = 0;
    for (int i = start; i < end; i++) {
      char c = path.charAt(i);
      if (isDigit(c)) {
        digits++;
      } else if (isLetter(c)) {
        letters++;
        if ((c | 0x20) <= 'f') {
          hexLetters++;
        }
        if (i > start && isLetter(path.charAt(i - 1)) && ((path.charAt(i - 1) ^ c) & 0x20) != 0) {
          caseChanges++;
        }
      } else if (c == '-' || c == '_' || c == '=' || c == '.' || c == '~') {
        marks++;
      } else {
        return null;
      }
    }
    if (digits == length) {
      return "{int}";
    }
    if (digits == 0) {
      return null;
    }
    if (isDate(path, start, end)) {
      return "{date}";
    }
    if (length == 36 && marks == 4 && isUuid(path, start)) {
      return "{uuid}";
    }
    if (length >= MIN_HEX && digits + hexLetters == length) {
      return "{hex}";
    }
    boolean opaque = digits * 4 >= length || caseChanges >= 3;
    return length >= MIN_OPAQUE && letters > 0 && opaque ? "{opaque}" : null;
  }

  private static boolean isDate(CharSequence path, int start, int end) {
    if (end - start < 10 || path.charAt(start + 4) != '-' || path.charAt(start + 7) != '-') {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      if (i != 4 && i != 7 && !isDigit(path.charAt(start + i))) {
        return false;
      }
    }
    return end - start == 10 || path.charAt(start + 10) == 'T';
  }

  private static boolean isUuid(CharSequence path, int start) {
    for (int i = 0; i < 36; i++) {
      char c = path.charAt(start + i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasDigit(CharSequence path) {
    for (int i = 0; i < path.length(); i++) {
      if (isDigit(path.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  }
}
