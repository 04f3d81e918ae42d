package io.sluice.bench.traffic;

import java.io.IOException;

/** Single frames that are not HTTP: DNS questions, and floods of the smallest frames. */
final class Datagrams {
  /** 64 bytes on the wire less the frame check sequence, which captures don't have. */
  private static final int SMALLEST_FRAME = 60;

  private static final int UDP = 17;
  private static final int TCP = 6;

  private final Wire wire;
  private final Dice dice;

  Datagrams(Wire wire, Dice dice) {
    this.wire = wire;
    this.dice = dice;
  }

  /** A UDP datagram of 18 bytes of payload, or a bare ACK, between random addresses. */
  void flood() throws IOException {
    int frame = wire.begin();
    byte[] buffer = wire.buffer();
    boolean udp = dice.chance(0.5);
    headers(frame, Address.v4(dice.below(1 << 24)), Address.v4(dice.below(1 << 24)), 46, udp);
    int transport = frame + 34;
    for (int at = transport; at < frame + SMALLEST_FRAME; at++) {
      buffer[at] = (byte) dice.below(256);
    }
    if (udp) {
      Bytes.putShort(buffer, transport + 4, 26);
      Bytes.putShort(buffer, transport + 6, 0); // no checksum: allowed over IPv4
    } else {
      buffer[transport + 12] = 0x50;
      buffer[transport + 13] = TcpSide.ACK;
      Bytes.putShort(buffer, frame + 16, 40); // the rest of the frame is padding
      sealIp(frame);
      Bytes.putInt(buffer, transport + 16, 0); // checksum and urgent pointer
      Bytes.putInt(buffer, transport + 20, 0);
      Bytes.putShort(buffer, transport + 24, 0);
      long sum = InternetChecksum.add(0, buffer, frame + 26, 8);
      sum = InternetChecksum.addShort(sum, TCP);
      sum = InternetChecksum.addShort(sum, 20);
      sum = InternetChecksum.add(sum, buffer, transport, 20);
      Bytes.putShort(buffer, transport + 16, InternetChecksum.finish(sum));
    }
    wire.end(SMALLEST_FRAME);
  }

  /** A question for an address record (RFC 1035, 4). */
  void dnsQuestion(Address client, Address server) throws IOException {
    int frame = wire.begin();
    byte[] buffer = wire.buffer();
    String name = "host" + dice.below(10_000);
    int payload = 12 + 1 + name.length() + 1 + 4;
    headers(frame, client, server, 20 + 8 + payload, true);
    int udp = frame + 34;
    Bytes.putShort(buffer, udp, dice.between(1024, 65_535));
    Bytes.putShort(buffer, udp + 2, 53);
    Bytes.putShort(buffer, udp + 4, 8 + payload);
    Bytes.putShort(buffer, udp + 6, 0);
    int dns = udp + 8;
    Bytes.putInt(buffer, dns, dice.below(0x10000) << 16 | 0x0100);
    Bytes.putInt(buffer, dns + 4, 0x00010000);
    Bytes.putInt(buffer, dns + 8, 0);
    buffer[dns + 12] = (byte) name.length();
    for (int i = 0; i < name.length(); i++) {
      buffer[dns + 13 + i] = (byte) name.charAt(i);
    }
    int end = dns + 13 + name.length();
    buffer[end] = 0;
    Bytes.putInt(buffer, end + 1, 0x00010001);
    wire.end(Math.max(SMALLEST_FRAME, 34 + 8 + payload));
  }

  private void headers(int frame, Address from, Address to, int ipLength, boolean udp) {
    byte[] buffer = wire.buffer();
    to.writeMac(buffer, frame);
    from.writeMac(buffer, frame + 6);
    Bytes.putShort(buffer, frame + 12, 0x0800);
    Bytes.putInt(buffer, frame + 14, 0x45000000 | ipLength);
    Bytes.putInt(buffer, frame + 18, dice.below(0x10000) << 16 | 0x4000);
    buffer[frame + 22] = 64;
    buffer[frame + 23] = (byte) (udp ? UDP : TCP);
    from.write(buffer, frame + 26);
    to.write(buffer, frame + 30);
    sealIp(frame);
  }

  private void sealIp(int frame) {
    byte[] buffer = wire.buffer();
    Bytes.putShort(buffer, frame + 24, 0);
    int checksum = InternetChecksum.finish(InternetChecksum.add(0, buffer, frame + 14, 20));
    Bytes.putShort(buffer, frame + 24, checksum);
  }
}
