package io.sluice.collector.protocol.http;

import io.sluice.collector.event.Addresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** An address that was written as text, in two halves, IPv4 mapped. */
record IpLiteral(long high, long low) {
  private static final int MAX_CHARS = 45;

  /**
   * Dotted decimal or RFC 4291, without brackets, port or zone; null where the text is neither.
   * Never asks a name server.
   */
  static IpLiteral parse(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      return null;
    }
    boolean ipv6 = text.indexOf(':') >= 0;
    int dots = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      boolean hex = c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
      dots += c == '.' ? 1 : 0;
      if (!digit && c != '.' && !(ipv6 && (hex || c == ':'))) {
        return null;
      }
    }
    if (!ipv6 && dots != 3) {
      return null;
    }
    try {
      InetAddress address = ipv6 ? Inet6Address.ofLiteral(text) : Inet4Address.ofLiteral(text);
      byte[] bytes = address.getAddress();
      ByteBuffer halves = ByteBuffer.wrap(bytes);
      return bytes.length == Integer.BYTES
          ? new IpLiteral(0, 0xffffL << 32 | halves.getInt() & 0xffffffffL)
          : new IpLiteral(halves.getLong(), halves.getLong());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  boolean isIpv4() {
    return Addresses.isIpv4(high, low);
  }

  String text() {
    return Addresses.text(high, low);
  }
}
