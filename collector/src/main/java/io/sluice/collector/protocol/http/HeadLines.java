package io.sluice.collector.protocol.http;

import java.util.Arrays;

/**
 * Where the lines of a header section end, and which control characters are in it: all of its bytes
 * are looked at once, eight at a time. One worker thread, used again for each section.
 */
final class HeadLines {
  /** What {@link #controls} finds. */
  static final int NUL = 1;

  static final int CONTROL = 2;
  static final int BARE_CR = 4;

  private int[] feeds = new int[64];
  private int count;
  private int controls;

  /**
   * Looks at a section as far as it is there, from its first line on, which is not empty.
   *
   * @return behind the empty line that ends the section, or -1 where that is not in [from, end)
   */
  int scan(byte[] m, int from, int end) {
    count = 0;
    controls = 0;
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      for (long bits = Bytes.controlBits(m, at); bits != 0; bits &= bits - 1) {
        int found = at + (Long.numberOfTrailingZeros(bits) >>> 3);
        if (isLast(m, found, end)) {
          return found + 1;
        }
      }
    }
    for (; at < end; at++) {
      if (Bytes.at(m, at) < Bytes.SP && isLast(m, at, end)) {
        return at + 1;
      }
    }
    return -1;
  }

  /** Notes the control character there; true where it ends the section. */
  private boolean isLast(byte[] m, int at, int end) {
    int b = m[at];
    if (b == Bytes.LF) {
      int length = count == 0 ? at : at - feeds[count - 1] - 1;
      boolean empty = count > 0 && (length == 0 || length == 1 && m[at - 1] == Bytes.CR);
      add(at);
      return empty;
    }
    if (b == Bytes.CR) {
      if (at + 1 < end && m[at + 1] != Bytes.LF) {
        controls |= BARE_CR;
      }
    } else if (b != Bytes.HT) {
      controls |= b == 0 ? NUL : CONTROL;
    }
    return false;
  }

  /** No more than there are bytes in the section. */
  private void add(int feed) {
    if (count == feeds.length) {
      feeds = Arrays.copyOf(feeds, count * 2);
    }
    feeds[count++] = feed;
  }

  /** Offset of the LF of a line, 0 being the first; {@code end} where the section is cut before. */
  int lineEnd(int line, int end) {
    return line < count ? feeds[line] : end;
  }

  /** Which of NUL, CONTROL and BARE_CR are there; line ends and tabs are none of them. */
  int controls() {
    return controls;
  }
}
