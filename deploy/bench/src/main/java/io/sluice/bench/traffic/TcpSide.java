package io.sluice.bench.traffic;

/**
 * One direction of a TCP connection: the headers of its frames, made once and patched per frame.
 * One thread.
 */
final class TcpSide {
  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int PSH = 0x08;
  static final int ACK = 0x10;

  static final int LARGEST_FRAME = 1514;

  private static final int ETHERNET = 14;
  private static final int TCP_WITH_TIMESTAMPS = 32;
  private static final int SYN_OPTIONS = 20;

  private final byte[] template;
  private final boolean ipv6;
  private final int tcp;

  /** Unfolded sum of the pseudo-header without the length (RFC 9293, 3.1). */
  private final long pseudoSum;

  private final int timestampBase;
  private int identification;

  /** Sequence number of the next new byte. */
  int next;

  /** Last timestamp value that came from the other side. */
  int lastTimestamp;

  /** Segments sent since the other side's last acknowledgement. */
  int unacknowledgedSegments;

  TcpSide(Address from, int fromPort, Address to, int toPort, Dice dice) {
    ipv6 = from.ipv6();
    int ip = ETHERNET;
    tcp = ip + (ipv6 ? 40 : 20);
    template = new byte[tcp + TCP_WITH_TIMESTAMPS];
    to.writeMac(template, 0);
    from.writeMac(template, 6);
    Bytes.putShort(template, 12, ipv6 ? 0x86dd : 0x0800);
    if (ipv6) {
      template[ip] = 0x60;
      template[ip + 6] = 6;
      template[ip + 7] = 64;
      from.write(template, ip + 8);
      to.write(template, ip + 24);
    } else {
      template[ip] = 0x45;
      template[ip + 6] = 0x40; // don't fragment
      template[ip + 8] = 64;
      template[ip + 9] = 6;
      from.write(template, ip + 12);
      to.write(template, ip + 16);
    }
    Bytes.putShort(template, tcp, fromPort);
    Bytes.putShort(template, tcp + 2, toPort);
    Bytes.putShort(template, tcp + 14, 501);
    template[tcp + 20] = 1; // NOP, NOP, timestamps of 10 bytes
    template[tcp + 21] = 1;
    template[tcp + 22] = 8;
    template[tcp + 23] = 10;
    int addresses = ipv6 ? 32 : 8;
    long sum = InternetChecksum.add(0, template, tcp - addresses, addresses);
    pseudoSum = InternetChecksum.addShort(sum, 6);
    timestampBase = (int) dice.next();
    identification = dice.below(0x10000);
    next = (int) dice.next();
  }

  /** Most data that a segment carries: 1,448 bytes over IPv4, 1,428 over IPv6. */
  int segmentBytes() {
    return LARGEST_FRAME - template.length;
  }

  /** Where the payload of a frame that starts at an offset goes. */
  int payloadAt(int frame) {
    return frame + template.length;
  }

  /** Writes the headers around a payload that is in place; returns the frame's length. */
  int seal(
      byte[] buffer, int frame, int payload, int flags, int sequence, int acknowledge, long nowNs) {
    System.arraycopy(template, 0, buffer, frame, template.length);
    return finish(buffer, frame, TCP_WITH_TIMESTAMPS, payload, flags, sequence, acknowledge, nowNs);
  }

  /** Writes a SYN with the options of a usual stack; returns the frame's length. */
  int sealSyn(byte[] buffer, int frame, int flags, int sequence, int acknowledge, long nowNs) {
    System.arraycopy(template, 0, buffer, frame, tcp);
    System.arraycopy(template, tcp, buffer, frame + tcp, 20);
    int options = frame + tcp + 20;
    Bytes.putShort(buffer, options, 0x0204); // maximum segment size
    Bytes.putShort(buffer, options + 2, ipv6 ? 1440 : 1460);
    Bytes.putShort(buffer, options + 4, 0x0402); // selective acknowledgements
    Bytes.putShort(buffer, options + 6, 0x080a); // timestamps
    Bytes.putInt(buffer, options + 16, 0x01030307); // NOP, window scale 7
    return finish(
        buffer, frame, 20 + SYN_OPTIONS, 0, flags, sequence, acknowledge, nowNs, options + 8);
  }

  private int finish(
      byte[] buffer,
      int frame,
      int header,
      int payload,
      int flags,
      int sequence,
      int acknowledge,
      long nowNs) {
    return finish(
        buffer, frame, header, payload, flags, sequence, acknowledge, nowNs, frame + tcp + 24);
  }

  private int finish(
      byte[] buffer,
      int frame,
      int header,
      int payload,
      int flags,
      int sequence,
      int acknowledge,
      long nowNs,
      int timestamps) {
    int segment = frame + tcp;
    int length = header + payload;
    Bytes.putInt(buffer, segment + 4, sequence);
    Bytes.putInt(buffer, segment + 8, acknowledge);
    buffer[segment + 12] = (byte) (header / 4 << 4);
    buffer[segment + 13] = (byte) flags;
    Bytes.putShort(buffer, segment + 16, 0);
    Bytes.putInt(buffer, timestamps, timestamp(nowNs));
    Bytes.putInt(buffer, timestamps + 4, lastTimestamp);
    long sum = InternetChecksum.addShort(pseudoSum, length);
    sum = InternetChecksum.add(sum, buffer, segment, length);
    Bytes.putShort(buffer, segment + 16, InternetChecksum.finish(sum));
    int ip = frame + ETHERNET;
    if (ipv6) {
      Bytes.putShort(buffer, ip + 4, length);
    } else {
      Bytes.putShort(buffer, ip + 2, 20 + length);
      Bytes.putShort(buffer, ip + 4, identification++);
      Bytes.putShort(buffer, ip + 10, 0);
      Bytes.putShort(
          buffer, ip + 10, InternetChecksum.finish(InternetChecksum.add(0, buffer, ip, 20)));
    }
    return tcp + length;
  }

  int timestamp(long nowNs) {
    return timestampBase + (int) (nowNs / 1_000_000);
  }
}
