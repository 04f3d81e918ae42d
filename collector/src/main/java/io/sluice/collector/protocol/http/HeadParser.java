package io.sluice.collector.protocol.http;

/**
 * Parses a header section that lies in one piece, as leniently as servers do, and flags each
 * leniency (RFC 9112). Stateless but for the {@link MessageHead} that it fills.
 */
final class HeadParser {
  static final int MAX_LINES = 1000;

  private static final int HTTP = 0x48545450; // "HTTP"
  private static final int HOST = 0x686f7374; // "host"
  private static final int USER = 0x75736572;
  private static final int REFE = 0x72656665;
  private static final int CONT = 0x636f6e74;
  private static final int TRAN = 0x7472616e;
  private static final int CONN = 0x636f6e6e;
  private static final int UPGR = 0x75706772;
  private static final int EXPE = 0x65787065;
  private static final int LOWER_CASE = 0x20202020;
  private static final long MAX_LENGTH = 1L << 62;

  private final MessageHead head = new MessageHead();

  /**
   * @param lines those of the section
   * @param from the first byte of the request line
   * @param end behind the empty line, or as far as the section is there
   */
  MessageHead request(HeadLines lines, byte[] m, int from, int end) {
    MessageHead h = head;
    h.clear(m, from, end);
    int lineEnd = lines.lineEnd(0, end);
    requestLine(h, m, from, lineEnd);
    headers(h, lines, m, Math.min(lineEnd + 1, end), end);
    return h;
  }

  /** The same for a response. */
  MessageHead response(HeadLines lines, byte[] m, int from, int end) {
    MessageHead h = head;
    h.clear(m, from, end);
    int lineEnd = lines.lineEnd(0, end);
    statusLine(h, m, from, lineEnd);
    headers(h, lines, m, Math.min(lineEnd + 1, end), end);
    return h;
  }

  private static void requestLine(MessageHead h, byte[] m, int from, int lineEnd) {
    int text = lineText(h, m, from, lineEnd);
    int end = MessageStart.trimEnd(m, from, text);
    boolean odd = end < text;
    int at = from;
    while (at < end && !Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    h.methodStart = from;
    h.methodEnd = at;
    int blanks = at;
    while (at < end && Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    odd |= isOddBlank(m, blanks, at);
    h.targetStart = at;
    int version = MessageStart.versionOf(m, from, lineEnd);
    if (version < 0) {
      h.targetEnd = Math.max(at, end);
      if (lineEnd < h.sectionEnd) {
        h.flag(HttpFlag.MISSING_VERSION);
      } else {
        cutLine(h, m, at);
      }
      return;
    }
    h.versionStart = version + 5;
    h.versionEnd = end;
    int targetEnd = version;
    while (targetEnd > at && Bytes.isBlank(Bytes.at(m, targetEnd - 1))) {
      targetEnd--;
    }
    h.targetEnd = targetEnd;
    odd |= isOddBlank(m, targetEnd, version) || Bytes.hasSpace(m, at, targetEnd);
    if (odd) {
      h.flag(HttpFlag.REQUEST_LINE_SPACES);
    }
    if (targetEnd == at) {
      h.flag(HttpFlag.MISSING_TARGET);
    }
    checkKeyword(h, m, version);
    checkVersion(h, m);
  }

  /** The line's end is not there: behind a blank may be the version's start. */
  private static void cutLine(MessageHead h, byte[] m, int targetStart) {
    int at = targetStart;
    while (at < h.targetEnd && !Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    cutTarget(h, at);
  }

  /**
   * Ends the target where no more of it is there, or kept. An authority that this cuts is left away
   * whole: it may be user-info, and is no host.
   */
  static void cutTarget(MessageHead h, int end) {
    byte[] m = h.memory;
    h.targetEnd = end;
    int slash = h.targetStart;
    while (slash < end && Bytes.at(m, slash) != '/') {
      slash++;
    }
    int authority = slash + 2;
    boolean hasAuthority =
        slash > h.targetStart
            && authority <= end
            && Bytes.at(m, slash - 1) == ':'
            && Bytes.at(m, slash + 1) == '/';
    if (!hasAuthority) {
      return;
    }
    for (int at = authority; at < end; at++) {
      int b = Bytes.at(m, at);
      if (b == '/' || b == '?' || b == '#') {
        return;
      }
    }
    h.targetEnd = authority;
  }

  /** Where the first line's text ends, before CR and LF; a section that is cut may have neither. */
  private static int lineText(MessageHead h, byte[] m, int from, int lineEnd) {
    if (lineEnd > from && Bytes.at(m, lineEnd - 1) == Bytes.CR) {
      return lineEnd - 1;
    }
    if (lineEnd < h.sectionEnd) {
      h.flag(HttpFlag.BARE_LF);
    }
    return lineEnd;
  }

  /** True where [from, end) is neither empty nor one space. */
  private static boolean isOddBlank(byte[] m, int from, int end) {
    return end - from > 1 || end > from && Bytes.at(m, from) != Bytes.SP;
  }

  private static void checkKeyword(MessageHead h, byte[] m, int at) {
    if (Bytes.int32(m, at) != HTTP) {
      h.flag(HttpFlag.LOWERCASE_KEYWORD);
    }
  }

  private static void checkVersion(MessageHead h, byte[] m) {
    boolean known =
        h.versionEnd - h.versionStart == 3
            && Bytes.at(m, h.versionStart) == '1'
            && Bytes.at(m, h.versionStart + 1) == '.'
            && (Bytes.at(m, h.versionStart + 2) & ~1) == '0';
    if (!known) {
      h.flag(HttpFlag.VERSION_MISMATCH);
    }
  }

  private static void statusLine(MessageHead h, byte[] m, int from, int lineEnd) {
    lineText(h, m, from, lineEnd);
    int end = MessageStart.trimEnd(m, from, lineEnd);
    boolean icy = MessageStart.isIcy(m, from, lineEnd);
    int at = Math.min(from + (icy ? 3 : 5), end);
    if (icy) {
      h.flag(HttpFlag.BAD_STATUS_LINE);
    } else {
      h.versionStart = at;
      while (at < end && !Bytes.isBlank(Bytes.at(m, at))) {
        at++;
      }
      h.versionEnd = at;
      checkKeyword(h, m, from);
      checkVersion(h, m);
    }
    while (at < end && Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    int digits = at;
    int status = 0;
    while (at < end && Bytes.isDigit(Bytes.at(m, at)) && at - digits < 5) {
      status = status * 10 + Bytes.at(m, at) - '0';
      at++;
    }
    h.status = at - digits > 4 ? 0 : status;
    if (at - digits != 3 || at < end && !Bytes.isBlank(Bytes.at(m, at))) {
      h.flag(HttpFlag.BAD_STATUS_LINE);
    }
    while (at < end && Bytes.isBlank(Bytes.at(m, at))) {
      at++;
    }
    h.reasonStart = at;
    h.reasonEnd = end;
  }

  private static void headers(MessageHead h, HeadLines lines, byte[] m, int from, int end) {
    int at = from;
    int line = 1;
    int headers = 0;
    while (at < end) {
      int lineEnd = lines.lineEnd(line++, end);
      int textEnd = lineEnd;
      if (lineEnd > at && lineEnd < end) {
        if (Bytes.at(m, lineEnd - 1) == Bytes.CR) {
          textEnd--;
        } else {
          h.flag(HttpFlag.BARE_LF);
        }
      }
      if (textEnd == at) {
        return;
      }
      if (++headers > MAX_LINES) {
        h.flag(HttpFlag.HEADER_LIMIT);
        return;
      }
      while (lineEnd + 1 < end && Bytes.isBlank(Bytes.at(m, lineEnd + 1))) { // obs-fold
        h.flag(HttpFlag.OBSOLETE_FOLDING);
        lineEnd = lines.lineEnd(line++, end);
        textEnd = lineEnd;
      }
      if (lineEnd >= end) {
        return; // cut inside of the line: what is left says something else, and may say a secret
      }
      header(h, m, at, textEnd);
      at = lineEnd + 1;
    }
  }

  private static void header(MessageHead h, byte[] m, int from, int end) {
    if (end - from < 5) {
      checkColon(h, m, from, end);
      return;
    }
    switch (Bytes.int32(m, from) | LOWER_CASE) {
      case HOST -> host(h, m, valueOf(h, m, from, end, HeaderName.HOST), end);
      case USER -> {
        int value = valueOf(h, m, from, end, HeaderName.USER_AGENT);
        if (value >= 0 && h.userAgentEnd == 0) {
          h.userAgentStart = value;
          h.userAgentEnd = MessageStart.trimEnd(m, value, end);
        }
      }
      case REFE -> {
        int value = valueOf(h, m, from, end, HeaderName.REFERER);
        if (value >= 0 && h.referrerEnd == 0) {
          h.referrerStart = value;
          h.referrerEnd = MessageStart.trimEnd(m, value, end);
        }
      }
      case CONT -> {
        int value = valueOf(h, m, from, end, HeaderName.CONTENT_LENGTH);
        if (value >= 0) {
          contentLength(h, m, value, MessageStart.trimEnd(m, value, end));
          return;
        }
        value = valueOf(h, m, from, end, HeaderName.CONTENT_TYPE);
        if (value >= 0 && h.contentTypeEnd == 0) {
          h.contentTypeStart = value;
          h.contentTypeEnd = MessageStart.trimEnd(m, value, end);
        }
      }
      case TRAN -> {
        int value = valueOf(h, m, from, end, HeaderName.TRANSFER_ENCODING);
        if (value >= 0) {
          transferEncoding(h, m, value, end);
        }
      }
      case CONN -> {
        int value = valueOf(h, m, from, end, HeaderName.CONNECTION);
        if (value >= 0 && Bytes.isText(m, value, end, "close")) {
          h.connectionClose = true;
        }
      }
      case UPGR -> {
        if (valueOf(h, m, from, end, HeaderName.UPGRADE) >= 0) {
          h.hasUpgrade = true;
        }
      }
      case EXPE -> {
        int value = valueOf(h, m, from, end, HeaderName.EXPECT);
        if (value >= 0 && !Bytes.isText(m, value, end, "100-continue")) {
          h.flag(HttpFlag.EXPECT_ODD);
        }
      }
      default -> checkColon(h, m, from, end);
    }
  }

  /** Where the header's value starts, or -1 where the line is another header's. */
  private static int valueOf(MessageHead h, byte[] m, int from, int end, HeaderName name) {
    if (!name.isStartOf(m, from, end)) {
      return -1;
    }
    int at = from + name.length();
    boolean space = false;
    while (at < end && isBlankOrControl(Bytes.at(m, at))) {
      space = true;
      at++;
    }
    if (at >= end || Bytes.at(m, at) != ':') {
      return -1;
    }
    if (space) {
      h.flag(HttpFlag.HEADER_SPACE_BEFORE_COLON);
    }
    at++;
    while (at < end && isFoldOrBlank(Bytes.at(m, at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlankOrControl(int b) {
    return b <= Bytes.SP;
  }

  private static boolean isFoldOrBlank(int b) {
    return Bytes.isBlank(b) || b == Bytes.CR || b == Bytes.LF;
  }

  private static void checkColon(MessageHead h, byte[] m, int from, int end) {
    for (int at = from; at < end; at++) {
      int b = Bytes.at(m, at);
      if (b == ':') {
        return;
      }
    }
    h.flag(HttpFlag.BAD_HEADER_LINE);
  }

  private static void host(MessageHead h, byte[] m, int value, int end) {
    if (value < 0) {
      return;
    }
    if (h.hostEnd != 0) {
      h.flag(HttpFlag.DUPLICATE_HOST);
      return;
    }
    h.hostStart = value;
    h.hostEnd = MessageStart.trimEnd(m, value, end);
  }

  private static void contentLength(MessageHead h, byte[] m, int from, int end) {
    int at = from;
    boolean more = true;
    while (more) {
      long length = 0;
      int digits = at;
      while (at < end && Bytes.isDigit(Bytes.at(m, at))) {
        length = length > MAX_LENGTH / 16 ? MAX_LENGTH : length * 10 + (Bytes.at(m, at) - '0');
        at++;
      }
      boolean number = at > digits;
      if (at - digits > 1 && Bytes.at(m, digits) == '0') {
        h.flag(HttpFlag.CONTENT_LENGTH_LEADING_ZEROS);
      }
      while (at < end && isFoldOrBlank(Bytes.at(m, at))) {
        at++;
      }
      more = at < end && Bytes.at(m, at) == ',';
      if (!number || at < end && !more || length >= MAX_LENGTH) {
        h.flag(HttpFlag.BAD_CONTENT_LENGTH);
        if (!number || length >= MAX_LENGTH) {
          return;
        }
        more = false;
      }
      if (h.contentLength == MessageHead.NO_LENGTH) {
        h.contentLength = length;
      } else {
        h.flag(
            h.contentLength == length
                ? HttpFlag.DUPLICATE_CONTENT_LENGTH
                : HttpFlag.DIFFERING_CONTENT_LENGTH);
      }
      if (more) {
        at++;
        while (at < end && isFoldOrBlank(Bytes.at(m, at))) {
          at++;
        }
      }
    }
  }

  /** A comma-separated list; only a last coding of exactly "chunked" frames the message. */
  private static void transferEncoding(MessageHead h, byte[] m, int from, int end) {
    if (h.hasTransferEncoding) {
      h.flag(h.chunked ? HttpFlag.CHUNKED_MULTI : HttpFlag.ODD_TRANSFER_ENCODING);
    }
    h.hasTransferEncoding = true;
    int at = from;
    while (at < end) {
      int tokenEnd = at;
      while (tokenEnd < end && Bytes.at(m, tokenEnd) != ',') {
        tokenEnd++;
      }
      int next = tokenEnd + 1;
      int textEnd = tokenEnd;
      while (textEnd > at && Bytes.at(m, textEnd - 1) <= Bytes.SP) {
        textEnd--;
      }
      while (at < textEnd && isFoldOrBlank(Bytes.at(m, at))) {
        at++;
      }
      coding(h, m, at, textEnd);
      at = next;
    }
  }

  private static void coding(MessageHead h, byte[] m, int from, int end) {
    int length = end - from;
    if (length == 7 && Bytes.isText(m, from, end, "chunked")) {
      if (h.chunked) {
        h.flag(HttpFlag.CHUNKED_MULTI);
      }
      h.chunked = true;
      return;
    }
    if (h.chunked && length > 0) { // not the last coding: it frames nothing
      h.chunked = false;
      h.flag(HttpFlag.ODD_TRANSFER_ENCODING);
    }
    boolean known =
        length == 4 && Bytes.isText(m, from, end, "gzip")
            || length == 6 && Bytes.isText(m, from, end, "x-gzip")
            || length == 7 && Bytes.isText(m, from, end, "deflate")
            || length == 8 && Bytes.isText(m, from, end, "compress")
            || length == 8 && Bytes.isText(m, from, end, "identity");
    if (!known) {
      h.flag(HttpFlag.ODD_TRANSFER_ENCODING);
    }
  }
}
