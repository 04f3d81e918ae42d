package io.sluice.collector.encoding;

/** UTF-8 by hand, so that an unpaired surrogate keeps its value instead of becoming '?'. */
final class Utf8 {
  private Utf8() {}

  /** Writes 1..4 bytes and returns the offset behind them. */
  static int write(final int codePoint, final byte[] target, final int offset) {
    int at = offset;
    if (codePoint < 0x80) {
      target[at++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      target[at++] = (byte) (0xc0 | codePoint >> 6);
      target[at++] = continuation(codePoint);
    } else if (codePoint < 0x10000) {
      target[at++] = (byte) (0xe0 | codePoint >> 12);
      target[at++] = continuation(codePoint >> 6);
      target[at++] = continuation(codePoint);
    } else {
      target[at++] = (byte) (0xf0 | codePoint >> 18);
      target[at++] = continuation(codePoint >> 12);
      target[at++] = continuation(codePoint >> 6);
      target[at++] = continuation(codePoint);
    }
    return at;
  }

  private static byte continuation(final int bits) {
    return (byte) (0x80 | bits & 0x3f);
  }
}
