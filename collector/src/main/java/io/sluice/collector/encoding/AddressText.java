package io.sluice.collector.encoding;

/** Addresses as text, IPv6 as RFC 5952 wants it. */
final class AddressText {
  private AddressText() {}

  /** Of 4 or 16 bytes. */
  static String format(final byte[] address) {
    final StringBuilder out = new StringBuilder(39);
    if (address.length == 4) {
      for (int i = 0; i < 4; i++) {
        out.append(i == 0 ? "" : ".").append(address[i] & 0xff);
      }
      return out.toString();
    }
    int zerosStart = -1;
    int zeros = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(address, end) == 0) {
        end++;
      }
      // A single zero group is not shortened; of equal runs the first is.
      if (end - i > zeros) {
        zerosStart = i;
        zeros = end - i;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == zerosStart) {
        out.append("::");
        i += zeros - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(group(address, i)));
      }
    }
    return out.toString();
  }

  private static int group(final byte[] address, final int index) {
    return (address[2 * index] & 0xff) << 8 | address[2 * index + 1] & 0xff;
  }
}
