package io.sluice.bench.traffic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The frames of a generated file, read by other code than what wrote them. */
final class CaptureFrames {
  /** A TCP segment; source and destination as text with port. */
  record Segment(String source, String destination, int sequence, int flags, byte[] payload) {}

  private CaptureFrames() {}

  static List<byte[]> of(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt() != 0xa1b2c3d4) {
      throw new AssertionError("no pcap file");
    }
    buffer.position(24);
    List<byte[]> frames = new ArrayList<>();
    while (buffer.hasRemaining()) {
      buffer.getLong();
      byte[] frame = new byte[buffer.getInt()];
      buffer.getInt();
      buffer.get(frame);
      frames.add(frame);
    }
    return frames;
  }

  static boolean isIpv6(byte[] frame) {
    return (frame[14] & 0xf0) == 0x60;
  }

  static boolean isTcp(byte[] frame) {
    return frame[isIpv6(frame) ? 20 : 23] == 6;
  }

  static Segment segment(byte[] frame) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    boolean ipv6 = isIpv6(frame);
    int tcp = ipv6 ? 54 : 34;
    int end = ipv6 ? tcp + bytes.getShort(18) : 14 + bytes.getShort(16);
    int size = ipv6 ? 16 : 4;
    String source = Arrays.toString(Arrays.copyOfRange(frame, tcp - 2 * size, tcp - size));
    String destination = Arrays.toString(Arrays.copyOfRange(frame, tcp - size, tcp));
    int payload = tcp + ((frame[tcp + 12] & 0xf0) >> 2);
    return new Segment(
        source + (bytes.getShort(tcp) & 0xffff),
        destination + (bytes.getShort(tcp + 2) & 0xffff),
        bytes.getInt(tcp + 4),
        frame[tcp + 13],
        Arrays.copyOfRange(frame, payload, end));
  }

  /** The sum that RFC 1071 gives over the segment with its pseudo-header: 0xffff when right. */
  static int tcpSum(byte[] frame) {
    boolean ipv6 = isIpv6(frame);
    int tcp = ipv6 ? 54 : 34;
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    int end = ipv6 ? tcp + bytes.getShort(18) : 14 + bytes.getShort(16);
    int addresses = ipv6 ? 32 : 8;
    return sum(6 + (end - tcp), frame, tcp - addresses, end);
  }

  static int ipv4Sum(byte[] frame) {
    return sum(0, frame, 14, 34);
  }

  private static int sum(int start, byte[] bytes, int from, int to) {
    int sum = start;
    for (int i = from; i < to; i++) {
      sum += (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
