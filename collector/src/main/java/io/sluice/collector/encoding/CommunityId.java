package io.sluice.collector.encoding;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Community ID version 1, seed 0, of a TCP flow given as text. */
final class CommunityId {
  private static final byte PROTOCOL_TCP = 6;

  private CommunityId() {}

  /**
   * @return null where an address is none or the two are of different families
   */
  static String ofTcp(
      final String oneIp, final int onePort, final String otherIp, final int otherPort) {
    final byte[] one;
    final byte[] other;
    try {
      one = InetAddress.ofLiteral(oneIp).getAddress();
      other = InetAddress.ofLiteral(otherIp).getAddress();
    } catch (final IllegalArgumentException e) {
      return null;
    }
    if (one.length != other.length) {
      return null;
    }
    final int order = Arrays.compareUnsigned(one, other);
    final boolean oneFirst = order < 0 || order == 0 && onePort <= otherPort;
    final ByteBuffer tuple = ByteBuffer.allocate(2 * one.length + 8);
    tuple.putShort((short) 0);
    tuple.put(oneFirst ? one : other).put(oneFirst ? other : one);
    tuple.put(PROTOCOL_TCP).put((byte) 0);
    tuple.putShort((short) (oneFirst ? onePort : otherPort));
    tuple.putShort((short) (oneFirst ? otherPort : onePort));
    try {
      return "1:"
          + Base64.getEncoder()
              .encodeToString(MessageDigest.getInstance("SHA-1").digest(tuple.array()));
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
