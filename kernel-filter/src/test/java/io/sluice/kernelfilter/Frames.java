package io.sluice.kernelfilter;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Builds Ethernet frames for tests, layer by layer from the outside; lengths are filled in last.
 */
final class Frames {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;

  static final String CLIENT = "10.1.2.3";
  static final String SERVER = "10.9.8.7";
  static final int CLIENT_PORT = 40_001;
  static final int SERVER_PORT = 80;

  private final ByteArrayOutputStream link = new ByteArrayOutputStream();
  private byte[] extensions = new byte[0];
  private int ipOptionWords;
  private int tcpOptionWords;
  private int fragment;
  private int firstNext = 6;
  private int protocol = 6;
  private String source = CLIENT;
  private String destination = SERVER;
  private int sourcePort = CLIENT_PORT;
  private int destinationPort = SERVER_PORT;
  private int sequence = 1_000;
  private int flags = PSH | ACK;
  private int lengthLie = -1;
  private int padding;
  private byte[] payload = new byte[0];
  private byte[] inner;

  private Frames() {
    link.writeBytes(new byte[12]);
  }

  static Frames tcp() {
    return new Frames();
  }

  /** From the usual client to the usual server. */
  static Frames request(String payload) {
    return tcp().payload(payload);
  }

  /** From the usual server to the usual client. */
  static Frames response(String payload) {
    return tcp().reversed().payload(payload);
  }

  Frames reversed() {
    return between(destination, destinationPort, source, sourcePort);
  }

  Frames between(String from, int fromPort, String to, int toPort) {
    source = from;
    sourcePort = fromPort;
    destination = to;
    destinationPort = toPort;
    return this;
  }

  Frames vlan(int type, int id) {
    link.write(type >> 8);
    link.write(type);
    link.write(id >> 8);
    link.write(id);
    return this;
  }

  Frames ipOptions(int words) {
    ipOptionWords = words;
    return this;
  }

  Frames tcpOptions(int words) {
    tcpOptionWords = words;
    return this;
  }

  /** An IPv4 packet that carries these bytes instead of TCP. */
  private static Frames around(int protocol, byte[] bytes) {
    Frames outer = tcp().between("192.0.2.1", 0, "192.0.2.2", 0).protocol(protocol);
    outer.inner = bytes;
    return outer;
  }

  /** IP in IP, between IPv4 addresses unless the outside is changed. */
  Frames inIp() {
    return around(isIpv6() ? 41 : 4, packet());
  }

  /** GRE with these flags, whose optional fields all hold the key. */
  Frames inGre(int flags, int key) {
    return around(47, join(gre(flags, isIpv6() ? 0x86dd : 0x0800, key), packet()));
  }

  /** GRE with Ethernet inside. */
  Frames inGreTap(int flags, int key) {
    return around(47, join(gre(flags, 0x6558, key), build()));
  }

  Frames inVxlan(int port, int vni) {
    byte[] ethernet = build();
    ByteBuffer header = ByteBuffer.allocate(16);
    header.putShort((short) 50_000).putShort((short) port);
    header.putShort((short) (16 + ethernet.length)).putShort((short) 0);
    header.putInt(0x0800_0000).putInt(vni << 8);
    return around(17, join(header.array(), ethernet));
  }

  private static byte[] gre(int flags, int type, int key) {
    int fields = ((flags & 0xc000) != 0 ? 1 : 0) + Integer.bitCount(flags & 0x3000);
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * fields);
    header.putShort((short) flags).putShort((short) type);
    while (header.hasRemaining()) {
      header.putInt(key);
    }
    return header.array();
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private boolean isIpv6() {
    return source.contains(":");
  }

  /** The IP packet alone. */
  private byte[] packet() {
    byte[] frame = build();
    return java.util.Arrays.copyOfRange(frame, link.size() + 2, frame.length);
  }

  /** Flags and offset as they stand in the IPv4 header. */
  Frames fragment(int flagsAndOffset) {
    fragment = flagsAndOffset;
    return this;
  }

  /** IPv6 extension headers as bytes, and the number of the first. */
  Frames extensions(int first, int... bytes) {
    firstNext = first;
    extensions = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      extensions[i] = (byte) bytes[i];
    }
    return this;
  }

  Frames protocol(int number) {
    protocol = number;
    firstNext = number;
    return this;
  }

  Frames flags(int flags) {
    this.flags = flags;
    return this;
  }

  Frames sequence(int sequence) {
    this.sequence = sequence;
    return this;
  }

  /** What the IP header claims as its length. */
  Frames claimedLength(int length) {
    lengthLie = length;
    return this;
  }

  /** Bytes after the packet, as a short frame has. */
  Frames padding(int bytes) {
    padding = bytes;
    return this;
  }

  Frames payload(String text) {
    return payload(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Frames payload(byte[] bytes) {
    payload = bytes;
    return this;
  }

  int payloadBytes() {
    return payload.length;
  }

  byte[] build() {
    try {
      byte[] from = InetAddress.getByName(source).getAddress();
      byte[] to = InetAddress.getByName(destination).getAddress();
      boolean v6 = from.length == 16;
      int tcpBytes = inner != null ? inner.length : 20 + tcpOptionWords * 4;
      int ipBytes = v6 ? 40 + extensions.length : 20 + ipOptionWords * 4;
      int length = ipBytes + tcpBytes + payload.length;
      ByteBuffer frame = ByteBuffer.allocate(link.size() + 2 + length + padding);
      frame.put(link.toByteArray()).putShort((short) (v6 ? 0x86dd : 0x0800));
      if (v6) {
        frame.putInt(6 << 28).putShort((short) (lengthLie >= 0 ? lengthLie : length - 40));
        frame.put((byte) firstNext).put((byte) 64).put(from).put(to).put(extensions);
      } else {
        frame.put((byte) (4 << 4 | (5 + ipOptionWords))).put((byte) 0);
        frame.putShort((short) (lengthLie >= 0 ? lengthLie : length)).putShort((short) 1);
        frame.putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        frame.put(from).put(to).put(new byte[ipOptionWords * 4]);
      }
      if (inner != null) {
        return frame.put(inner).array();
      }
      frame.putShort((short) sourcePort).putShort((short) destinationPort);
      frame.putInt(sequence).putInt(1).put((byte) ((5 + tcpOptionWords) << 4)).put((byte) flags);
      frame.putShort((short) 1024).putInt(0).put(new byte[tcpOptionWords * 4]).put(payload);
      return frame.array();
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
