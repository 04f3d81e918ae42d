package io.sluice.collector.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A header's name in lower case, as words to compare a line's start with. A record, since the
 * compiler takes only those for constants.
 *
 * @param length 4..24
 * @param first the first four bytes where the name is shorter than eight, else the first eight
 * @param last the last ones likewise
 * @param firstCase the bit of each letter that its case is in
 */
record HeaderName(
    int length,
    long first,
    long firstCase,
    long middle,
    long middleCase,
    long last,
    long lastCase) {
  static final HeaderName HOST = of("host");
  static final HeaderName USER_AGENT = of("user-agent");
  static final HeaderName REFERER = of("referer");
  static final HeaderName CONTENT_LENGTH = of("content-length");
  static final HeaderName CONTENT_TYPE = of("content-type");
  static final HeaderName TRANSFER_ENCODING = of("transfer-encoding");
  static final HeaderName CONNECTION = of("connection");
  static final HeaderName UPGRADE = of("upgrade");
  static final HeaderName EXPECT = of("expect");

  static HeaderName of(String lowerCase) {
    byte[] name = lowerCase.getBytes(US_ASCII);
    byte[] cases = new byte[name.length];
    for (int i = 0; i < name.length; i++) {
      cases[i] = (byte) (name[i] >= 'a' && name[i] <= 'z' ? 0x20 : 0);
    }
    int middle = middleOf(name.length);
    int end = name.length;
    return end < Long.BYTES
        ? new HeaderName(
            end,
            Bytes.int32(name, 0),
            Bytes.int32(cases, 0),
            0,
            0,
            Bytes.int32(name, end - Integer.BYTES),
            Bytes.int32(cases, end - Integer.BYTES))
        : new HeaderName(
            end,
            Bytes.int64(name, 0),
            Bytes.int64(cases, 0),
            Bytes.int64(name, middle),
            Bytes.int64(cases, middle),
            Bytes.int64(name, end - Long.BYTES),
            Bytes.int64(cases, end - Long.BYTES));
  }

  private static int middleOf(int length) {
    return (length - Long.BYTES) / 2;
  }

  /** True where [from, end) begins with the name, letters of either case. */
  boolean isStartOf(byte[] m, int from, int end) {
    if (end - from < length) {
      return false;
    }
    if (length < Long.BYTES) {
      return (Bytes.int32(m, from) | (int) firstCase) == (int) first
          && (Bytes.int32(m, from + length - Integer.BYTES) | (int) lastCase) == (int) last;
    }
    return (Bytes.int64(m, from) | firstCase) == first
        && (Bytes.int64(m, from + middleOf(length)) | middleCase) == middle
        && (Bytes.int64(m, from + length - Long.BYTES) | lastCase) == last;
  }
}
