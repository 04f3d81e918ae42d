package io.sluice.kernelfilter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The two ends of a connection, the same for both directions: the low end is the smaller of
 * (address, port), compared as unsigned bytes with IPv4 as ::ffff:a.b.c.d.
 */
public record SessionKey(
    InetAddress lowAddress, int lowPort, InetAddress highAddress, int highPort) {
  static final int ADDRESS_BYTES = 16;

  /** Puts two ends in order. */
  public static SessionKey of(
      InetAddress oneAddress, int onePort, InetAddress otherAddress, int otherPort) {
    int order = Arrays.compareUnsigned(mapped(oneAddress), mapped(otherAddress));
    return order < 0 || (order == 0 && onePort <= otherPort)
        ? new SessionKey(oneAddress, onePort, otherAddress, otherPort)
        : new SessionKey(otherAddress, otherPort, oneAddress, onePort);
  }

  /** The address as 16 bytes. */
  static byte[] mapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == ADDRESS_BYTES) {
      return bytes;
    }
    byte[] mapped = new byte[ADDRESS_BYTES];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    System.arraycopy(bytes, 0, mapped, 12, bytes.length);
    return mapped;
  }

  /** The address that 16 bytes stand for; IPv4 where they are mapped. */
  static InetAddress address(byte[] mapped) {
    try {
      return InetAddress.getByAddress(mapped);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 16 bytes", e);
    }
  }
}
