package io.sluice.collector.protocol.http;

/**
 * Walks over the header lines of a section, folded ones as one. Ends at the empty line, at a line
 * that the section's end cuts, or behind {@link HeadParser#MAX_LINES}. For one section, on the
 * worker's thread.
 */
final class HeaderLines {
  private final byte[] m;
  private final int end;
  private int at;
  private int lines;
  private int start;
  private int lineEnd;

  /** The lines behind the first, which is a request or a status line. */
  HeaderLines(MessageHead h) {
    m = h.memory;
    end = h.sectionEnd;
    int firstEnd = Bytes.lineFeed(m, h.sectionStart, end);
    at = firstEnd < 0 ? end : firstEnd + 1;
  }

  boolean next() {
    if (at >= end || ++lines > HeadParser.MAX_LINES) {
      return false;
    }
    start = at;
    lineEnd = endOfLine(at);
    if (MessageStart.trimEnd(m, start, lineEnd) == start) {
      return false;
    }
    while (lineEnd + 1 < end && Bytes.isBlank(Bytes.at(m, lineEnd + 1))) {
      lineEnd = endOfLine(lineEnd + 1);
    }
    at = lineEnd + 1;
    return lineEnd < end;
  }

  private int endOfLine(int from) {
    int found = Bytes.lineFeed(m, from, end);
    return found < 0 ? end : found;
  }

  int start() {
    return start;
  }

  /** Where the line's name ends, or -1 where it has none. */
  int nameEnd() {
    int colon = colon();
    if (colon < 0) {
      return -1;
    }
    int nameEnd = colon;
    while (nameEnd > start && Bytes.at(m, nameEnd - 1) <= Bytes.SP) {
      nameEnd--;
    }
    return nameEnd > start ? nameEnd : -1;
  }

  private int colon() {
    for (int i = start; i < lineEnd; i++) {
      int b = Bytes.at(m, i);
      if (b == ':') {
        return i;
      }
      if (b == Bytes.LF) {
        return -1;
      }
    }
    return -1;
  }

  /** Where the value starts; ask only where there is a name. */
  int valueStart() {
    int from = colon() + 1;
    while (from < lineEnd && isFoldOrBlank(Bytes.at(m, from))) {
      from++;
    }
    return from;
  }

  int valueEnd() {
    return MessageStart.trimEnd(m, Math.min(valueStart(), lineEnd), lineEnd);
  }

  private static boolean isFoldOrBlank(int b) {
    return Bytes.isBlank(b) || b == Bytes.CR || b == Bytes.LF;
  }
}
