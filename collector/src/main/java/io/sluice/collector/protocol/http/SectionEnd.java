package io.sluice.collector.protocol.http;

/**
 * Finds the empty line that ends a header or trailer section, however the section is cut into
 * slices. Owned by one worker thread.
 */
final class SectionEnd {
  private enum Place {
    MID_LINE,
    LINE_START,
    AFTER_CR
  }

  private Place place;

  /** The next byte is a line's first. */
  void atLineStart() {
    place = Place.LINE_START;
  }

  /** The next byte belongs to a line that is not empty. */
  void midLine() {
    place = Place.MID_LINE;
  }

  /** Behind the empty line, or -1 where it is not in [from, end): then ask with what follows. */
  int find(byte[] m, int from, int end) {
    int at = from;
    while (at < end) {
      if (place == Place.MID_LINE) {
        int lineEnd = Bytes.lineFeed(m, at, end);
        if (lineEnd < 0) {
          return -1;
        }
        at = lineEnd + 1;
        place = Place.LINE_START;
        continue;
      }
      int b = Bytes.at(m, at);
      at++;
      if (b == Bytes.LF) {
        return at;
      }
      place = place == Place.LINE_START && b == Bytes.CR ? Place.AFTER_CR : Place.MID_LINE;
    }
    return -1;
  }
}
