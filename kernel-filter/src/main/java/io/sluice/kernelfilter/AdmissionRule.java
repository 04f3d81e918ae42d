package io.sluice.kernelfilter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The admission rule of {@code admission.h}: does a TCP payload look as if an HTTP/1 message, or
 * the HTTP/2 preface, starts with it?
 *
 * <ul>
 *   <li>1-24 token characters (RFC 9110, 5.6.2), a space, then '/', '*', '[' or a letter (after
 *       CONNECT a digit too);
 *   <li>or a payload that ends before this is decided;
 *   <li>or "HTTP/".
 * </ul>
 */
public final class AdmissionRule {
  /** A token of more characters is no method. */
  public static final int MAX_METHOD_BYTES = 24;

  private static final byte[] HTTP = "HTTP/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONNECT = "CONNECT ".getBytes(StandardCharsets.US_ASCII);
  private static final boolean[] IS_TOKEN = new boolean[256];

  static {
    String marks = "!#$%&'*+-.^_`|~";
    for (char c = 0; c < 128; c++) {
      IS_TOKEN[c] = (c >= '0' && c <= '9') || isLetter((byte) c) || marks.indexOf(c) >= 0;
    }
  }

  private AdmissionRule() {}

  /**
   * Whether a payload opens a session. Any bytes; never throws within the segment's bounds.
   *
   * @param offset of the payload's first byte
   * @param length of the payload, 0 or more
   */
  public static boolean admits(MemorySegment memory, long offset, int length) {
    if (length <= 0) {
      return false;
    }
    if (startsWith(memory, offset, length, HTTP)) {
      return true;
    }
    if (length > CONNECT.length
        && startsWith(memory, offset, length, CONNECT)
        && isDigit(memory.get(ValueLayout.JAVA_BYTE, offset + CONNECT.length))) {
      return true;
    }
    int at = 0;
    while (at <= MAX_METHOD_BYTES) {
      if (at >= length) {
        return true;
      }
      if (!IS_TOKEN[memory.get(ValueLayout.JAVA_BYTE, offset + at) & 0xff]) {
        break;
      }
      at++;
    }
    if (at == 0 || at > MAX_METHOD_BYTES || memory.get(ValueLayout.JAVA_BYTE, offset + at) != ' ') {
      return false;
    }
    if (at + 1 >= length) {
      return true;
    }
    byte target = memory.get(ValueLayout.JAVA_BYTE, offset + at + 1);
    return target == '/' || target == '*' || target == '[' || isLetter(target);
  }

  /** Whether a payload starts as a response does. */
  static boolean isResponse(MemorySegment memory, long offset, int length) {
    return startsWith(memory, offset, length, HTTP);
  }

  private static boolean startsWith(MemorySegment memory, long offset, int length, byte[] start) {
    if (length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, offset + i) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(byte c) {
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }
}
