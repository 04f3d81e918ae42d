package io.sluice.collector.protocol.http;

/**
 * What a header section says, as ranges of the memory that it was parsed in, which is borrowed. One
 * per worker, reused for every message. A range whose end is 0 is absent.
 */
final class MessageHead {
  static final long NO_LENGTH = -1;

  byte[] memory;

  /** The section, from the first line on. */
  int sectionStart;

  int sectionEnd;

  int methodStart;
  int methodEnd;
  int targetStart;
  int targetEnd;
  int versionStart;
  int versionEnd;

  /** 0..65535; 0 where the status line has no number. */
  int status;

  int reasonStart;
  int reasonEnd;

  int hostStart;
  int hostEnd;
  int userAgentStart;
  int userAgentEnd;
  int referrerStart;
  int referrerEnd;
  int contentTypeStart;
  int contentTypeEnd;

  /** Content-Length, 0..2^62, or NO_LENGTH. */
  long contentLength;

  /** True where the last transfer coding is chunked. */
  boolean chunked;

  boolean hasTransferEncoding;
  boolean hasUpgrade;
  boolean connectionClose;

  /** Bits of {@link HttpFlag}. */
  long flags;

  void clear(byte[] memory, int from, int end) {
    this.memory = memory;
    sectionStart = from;
    sectionEnd = end;
    methodEnd = 0;
    targetEnd = 0;
    versionEnd = 0;
    status = 0;
    reasonEnd = 0;
    hostEnd = 0;
    userAgentEnd = 0;
    referrerEnd = 0;
    contentTypeEnd = 0;
    contentLength = NO_LENGTH;
    chunked = false;
    hasTransferEncoding = false;
    hasUpgrade = false;
    connectionClose = false;
    flags = 0;
  }

  /** True where the Upgrade header names cleartext HTTP/2 (RFC 7540, 3.2). */
  boolean upgradesToHttp2() {
    HeaderLines lines = new HeaderLines(this);
    while (hasUpgrade && lines.next()) {
      int nameEnd = lines.nameEnd();
      boolean upgrade =
          nameEnd - lines.start() == 7 && Bytes.isText(memory, lines.start(), nameEnd, "upgrade");
      if (upgrade && Bytes.isText(memory, lines.valueStart(), lines.valueEnd(), "h2c")) {
        return true;
      }
    }
    return false;
  }

  void flag(HttpFlag flag) {
    flags |= flag.bit();
  }

  boolean has(HttpFlag flag) {
    return (flags & flag.bit()) != 0;
  }
}
