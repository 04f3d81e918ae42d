package io.sluice.collector.protocol.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reading text, eight bytes at a time where that pays. */
final class Bytes {
  static final int CR = '\r';
  static final int LF = '\n';
  static final int SP = ' ';
  static final int HT = '\t';

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LFS = ONES * LF;
  private static final long BLANKS = ONES * SP;

  private Bytes() {}

  static int at(byte[] m, int offset) {
    return m[offset] & 0xff;
  }

  /** Four bytes, the first one the most significant. */
  static int int32(byte[] m, int offset) {
    return (int) INT.get(m, offset);
  }

  /** Eight bytes, in an order of their own. */
  static long int64(byte[] m, int offset) {
    return (long) WORD.get(m, offset);
  }

  /** Offset of the first LF in [from, end), or -1. */
  static int lineFeed(byte[] m, int from, int end) {
    int at = from;
    for (; at + 8 <= end; at += 8) {
      long word = (long) WORD.get(m, at) ^ LFS;
      long zeros = (word - ONES) & ~word & HIGHS;
      if (zeros != 0) {
        return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; at < end; at++) {
      if (at(m, at) == LF) {
        return at;
      }
    }
    return -1;
  }

  /** The highest bit of each of the eight bytes at the offset that is a control character. */
  static long controlBits(byte[] m, int offset) {
    long word = (long) WORD.get(m, offset);
    return ~((word | HIGHS) - BLANKS) & ~word & HIGHS;
  }

  /** Whether a space is in [from, end). */
  static boolean hasSpace(byte[] m, int from, int end) {
    int at = from;
    for (; at + 8 <= end; at += 8) {
      long word = (long) WORD.get(m, at) ^ BLANKS;
      if (((word - ONES) & ~word & HIGHS) != 0) {
        return true;
      }
    }
    for (; at < end; at++) {
      if (at(m, at) == SP) {
        return true;
      }
    }
    return false;
  }

  static boolean hasControl(byte[] m, int from, int end) {
    for (int at = from; at < end; at++) {
      int b = at(m, at);
      if (b < SP && b != HT) {
        return true;
      }
    }
    return false;
  }

  /**
   * True where the bytes at the offset are the text, letters of either case; text is lower case.
   */
  static boolean isText(byte[] m, int from, int end, String text) {
    if (end - from < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      int b = at(m, from + i);
      if (b >= 'A' && b <= 'Z') {
        b |= 0x20;
      }
      if (b != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** True where [from, end) and the text are alike as far as the shorter goes. */
  static boolean isStartOf(byte[] m, int from, int end, String text) {
    for (int i = 0; i < text.length() && from + i < end; i++) {
      if (at(m, from + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  static boolean isBlank(int b) {
    return b == SP || b == HT;
  }

  /** A character of an RFC 9110 token. */
  static boolean isToken(int b) {
    return b < 128 && TOKEN[b];
  }

  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (int b = 0; b < 128; b++) {
      TOKEN[b] = Character.isLetterOrDigit(b) || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
    }
  }
}
