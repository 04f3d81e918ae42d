package io.sluice.bench.traffic;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** One end's IP address, with the hardware address that goes with it. */
final class Address {
  private final byte[] ip;
  private final String text;

  private Address(byte[] ip) {
    this.ip = ip;
    try {
      text = InetAddress.getByAddress(ip).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** 10.0.0.0/8; number 0..2^24-1. */
  static Address v4(int number) {
    byte[] ip = new byte[4];
    Bytes.putInt(ip, 0, 10 << 24 | number);
    return new Address(ip);
  }

  /**
   * 2001:db8::/32, the documentation prefix (RFC 3849); number 0..2^24-1. The network stands in the
   * last four bytes too: a replay makes connections unique by adding to and taking from those,
   * which must never reach zero.
   *
   * @param network 1..127
   */
  static Address v6(int network, int number) {
    byte[] ip = new byte[16];
    Bytes.putInt(ip, 0, 0x20010db8);
    Bytes.putInt(ip, 4, network);
    Bytes.putInt(ip, 12, network << 24 | number);
    return new Address(ip);
  }

  boolean ipv6() {
    return ip.length == 16;
  }

  void write(byte[] target, int at) {
    System.arraycopy(ip, 0, target, at, ip.length);
  }

  /** A locally administered unicast address made of the last four bytes. */
  void writeMac(byte[] target, int at) {
    target[at] = 0x02;
    target[at + 1] = (byte) ip.length;
    System.arraycopy(ip, ip.length - 4, target, at + 2, 4);
  }

  @Override
  public String toString() {
    return text;
  }
}
