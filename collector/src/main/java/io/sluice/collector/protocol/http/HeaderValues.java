package io.sluice.collector.protocol.http;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.event.TextReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the headers that were asked for out of a section, as text. A second walk over the section,
 * made only where some are asked for. Owned by one worker thread.
 */
final class HeaderValues {
  /** So many headers of a message are kept, and so many bytes of their names and values. */
  static final int MAX_HEADERS = 100;

  static final int MAX_BYTES = 16 << 10;

  private final TextReader texts;
  private final List<RequestEvent.Header> headers = new ArrayList<>();
  private int bytes;
  private boolean cut;

  HeaderValues(TextReader texts) {
    this.texts = texts;
  }

  /**
   * The headers of a section that {@link HeadParser} has read, in order. Flags what is left out.
   */
  List<RequestEvent.Header> of(MessageHead h, HeaderNames names) {
    if (names.isEmpty()) {
      return List.of();
    }
    begin();
    HeaderLines lines = new HeaderLines(h);
    while (lines.next()) {
      int nameEnd = lines.nameEnd();
      if (nameEnd < 0) {
        continue;
      }
      String name = texts.readCommon(h.memory, lines.start(), nameEnd);
      if (names.contains(name)) {
        add(name, h.memory, lines.valueStart(), lines.valueEnd());
      }
    }
    if (cut) {
      h.flag(HttpFlag.HEADER_VALUES_CUT);
    }
    return taken();
  }

  HeaderValues begin() {
    bytes = 0;
    cut = false;
    headers.clear();
    return this;
  }

  List<RequestEvent.Header> taken() {
    return headers.isEmpty() ? List.of() : List.copyOf(headers);
  }

  /** Whether there were more than are kept. */
  boolean wasCut() {
    return cut;
  }

  /**
   * Takes a header whose value is in [from, end) of the array, where there is room for all of it: a
   * part would hide from redaction what it is.
   */
  void add(String name, byte[] m, int from, int end) {
    int size = name.length() + end - from;
    if (headers.size() == MAX_HEADERS || bytes + size > MAX_BYTES) {
      cut = true;
      return;
    }
    bytes += size;
    headers.add(new RequestEvent.Header(name, value(m, from, end)));
  }

  /** A fold, the line end and the blanks around it, is read as one blank (RFC 9112, 5.2). */
  private String value(byte[] m, int from, int end) {
    int lineEnd = Bytes.lineFeed(m, from, end);
    if (lineEnd < 0) {
      return texts.read(m, from, end);
    }
    StringBuilder value = new StringBuilder();
    int at = from;
    while (at < end) {
      int partEnd = lineEnd < 0 ? end : MessageStart.trimEnd(m, at, lineEnd);
      if (partEnd > at) {
        value.append(value.isEmpty() ? "" : " ").append(texts.read(m, at, partEnd));
      }
      at = lineEnd < 0 ? end : lineEnd + 1;
      while (at < end && Bytes.isBlank(Bytes.at(m, at))) {
        at++;
      }
      lineEnd = Bytes.lineFeed(m, at, end);
    }
    return value.toString();
  }
}
