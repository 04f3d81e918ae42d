package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The last fence before an output that a person may look at: whatever an event holds, no control
 * character gets out (neither C0, nor DEL, nor C1). Events are made clean where they are made; here
 * it costs one look at each character.
 */
public final class PlainText {
  private PlainText() {}

  /**
   * The same text where it is plain; else with {@code \xHH} for each byte of a control character.
   */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return escaped(text, i);
      }
    }
    return text;
  }

  private static boolean isControl(char c) {
    return c < 0x20 || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029';
  }

  private static String escaped(String text, int firstControl) {
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, firstControl);
    for (int i = firstControl; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isControl(c)) {
        for (byte b : String.valueOf(c).getBytes(UTF_8)) {
          out.append(String.format("\\x%02x", b));
        }
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
