package io.sluice.kernelfilter;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses whose first bits are these.
 *
 * @param address with zeros behind the bits
 * @param bits how many count: 0..32 of an IPv4 address, 0..128 of an IPv6 one
 */
public record AddressPrefix(InetAddress address, int bits) {
  private static final int MAPPED_BITS = 96;

  public AddressPrefix {
    byte[] bytes = address.getAddress();
    if (bits < 0 || bits > bytes.length * 8) {
      throw new IllegalArgumentException(
          "a prefix of " + address.getHostAddress() + " has 0.." + bytes.length * 8 + " bits");
    }
    for (int bit = bits; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    try {
      address = InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Reads {@code ADDRESS/BITS}, or an address alone. Asks no name server.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static AddressPrefix parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      int all = parsed.getAddress().length * 8;
      return new AddressPrefix(
          parsed, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + " has no number of bits behind its slash", e);
    }
  }

  /** As 16 bytes, IPv4 mapped. */
  byte[] mapped() {
    return SessionKey.mapped(address);
  }

  /** Of those 16 bytes, how many bits count. */
  int mappedBits() {
    return bits + (address.getAddress().length == 4 ? MAPPED_BITS : 0);
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + bits;
  }
}
