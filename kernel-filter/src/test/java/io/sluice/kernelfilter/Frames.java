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

  byte[] build() {
    try {
      byte[] from = InetAddress.getByName(source).getAddress();
      byte[] to = InetAddress.getByName(destination).getAddress();
      boolean v6 = from.length == 16;
      int tcpBytes = 20 + tcpOptionWords * 4;
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
      frame.putShort((short) sourcePort).putShort((short) destinationPort);
      frame.putInt(sequence).putInt(1).put((byte) ((5 + tcpOptionWords) << 4)).put((byte) flags);
      frame.putShort((short) 1024).putInt(0).put(new byte[tcpOptionWords * 4]).put(payload);
      return frame.array();
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
