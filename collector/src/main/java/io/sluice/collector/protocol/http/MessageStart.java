package io.sluice.collector.protocol.http;

/**
 * Whether bytes can be the start of an HTTP/1 message. The shape decides, not a list of methods and
 * not the port: a token, a blank and a target, and at the line's end a version; or a status line.
 */
enum MessageStart {
  /** No message starts here. */
  NO,
  /** What is there agrees with a message start; more is needed to tell. */
  MAYBE,
  REQUEST,
  RESPONSE;

  static final int MAX_METHOD_BYTES = 32;

  /** "http": the case is not looked at, though RFC 9112 says that it matters. */
  private static final int HTTP = 0x68747470;

  private static final int LOWER_CASE = 0x20202020;

  private static final int ICY = 0x49435920; // "ICY "

  /** Judges by the first bytes only. */
  static MessageStart ofPrefix(byte[] m, int from, int end) {
    int at = from;
    int methodEnd = Math.min(end, from + MAX_METHOD_BYTES + 1);
    while (at < methodEnd && Bytes.isToken(Bytes.at(m, at))) {
      at++;
    }
    if (at == end) {
      return at - from > MAX_METHOD_BYTES ? NO : MAYBE;
    }
    if (at == from || at - from > MAX_METHOD_BYTES) {
      return NO;
    }
    int b = Bytes.at(m, at);
    if (b == '/' && at - from == 4 && (Bytes.int32(m, from) | LOWER_CASE) == HTTP) {
      return at + 1 == end || Bytes.isDigit(Bytes.at(m, at + 1)) ? RESPONSE : NO;
    }
    if (!Bytes.isBlank(b)) {
      return NO;
    }
    while (at < end && Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    if (at == end) {
      return REQUEST;
    }
    return Bytes.at(m, at) > Bytes.SP ? REQUEST : NO;
  }

  /**
   * Judges by the whole first line.
   *
   * @param lineEnd offset of the line's LF
   */
  static MessageStart ofLine(byte[] m, int from, int lineEnd) {
    MessageStart prefix = ofPrefix(m, from, lineEnd);
    return switch (prefix) {
      case REQUEST ->
          isRequestLine(m, from, lineEnd) ? REQUEST : isIcy(m, from, lineEnd) ? RESPONSE : NO;
      case RESPONSE -> isStatusLine(m, from, lineEnd) ? RESPONSE : NO;
      default -> NO;
    };
  }

  /** Without the CR and blanks at its end. */
  static int trimEnd(byte[] m, int from, int end) {
    int at = end;
    while (at > from && isTrailing(Bytes.at(m, at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isTrailing(int b) {
    return b == Bytes.CR || Bytes.isBlank(b);
  }

  /**
   * Where in a request line the version starts, at its "HTTP/"; -1 where there is none, or where it
   * is that of another protocol or of HTTP/2.
   */
  static int versionOf(byte[] m, int from, int lineEnd) {
    int end = trimEnd(m, from, lineEnd);
    int floor = Math.max(from, end - 16);
    for (int at = end - 6; at > floor; at--) {
      if ((Bytes.int32(m, at) | LOWER_CASE) == HTTP && Bytes.at(m, at + 4) == '/') {
        boolean separate = Bytes.isBlank(Bytes.at(m, at - 1));
        int major = Bytes.at(m, at + 5);
        return separate && Bytes.isDigit(major) && major < '2' && isNumber(m, at + 5, end)
            ? at
            : -1;
      }
    }
    return -1;
  }

  /** Digits and dots: "1.1", and also "1.0.8", which exists. */
  private static boolean isNumber(byte[] m, int from, int end) {
    for (int at = from; at < end; at++) {
      int b = Bytes.at(m, at);
      if (b != '.' && !Bytes.isDigit(b)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a line is a request of HTTP/0.9, which had one method and no version (RFC 1945, 5).
   * Other protocols have lines like it, so this is asked of a connection's first line only.
   */
  static boolean isSimpleRequest(byte[] m, int from, int lineEnd) {
    int end = trimEnd(m, from, lineEnd);
    boolean get =
        end - from >= 5
            && Bytes.at(m, from) == 'G'
            && Bytes.at(m, from + 1) == 'E'
            && Bytes.at(m, from + 2) == 'T'
            && Bytes.at(m, from + 3) == Bytes.SP
            && Bytes.at(m, from + 4) == '/';
    for (int at = from + 4; get && at < end; at++) {
      get = Bytes.at(m, at) > Bytes.SP;
    }
    return get;
  }

  /** Whether a line is how SHOUTcast servers answer a request of HTTP: "ICY 200 OK". */
  static boolean isIcy(byte[] m, int from, int lineEnd) {
    return lineEnd - from >= 7
        && Bytes.int32(m, from) == ICY
        && Bytes.isDigit(Bytes.at(m, from + 4))
        && Bytes.isDigit(Bytes.at(m, from + 5))
        && Bytes.isDigit(Bytes.at(m, from + 6));
  }

  private static boolean isRequestLine(byte[] m, int from, int lineEnd) {
    return !Bytes.isDigit(Bytes.at(m, from)) && versionOf(m, from, lineEnd) >= 0;
  }

  private static boolean isStatusLine(byte[] m, int from, int lineEnd) {
    int end = trimEnd(m, from, lineEnd);
    int at = from + 5;
    if (at >= end || !Bytes.isDigit(Bytes.at(m, at)) || Bytes.at(m, at) > '1') {
      return false;
    }
    while (at < end && !Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    return at - from <= 16;
  }
}
