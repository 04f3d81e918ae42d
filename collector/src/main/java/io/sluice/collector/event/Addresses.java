package io.sluice.collector.event;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** IP addresses as text, and flows as Community IDs. Addresses are two halves, IPv4 mapped. */
public final class Addresses {
  private static final int MAPPED = 0xffff;
  private static final byte TCP = 6;
  private static final ThreadLocal<MessageDigest> SHA1 =
      ThreadLocal.withInitial(Addresses::newSha1);

  private Addresses() {}

  public static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == MAPPED;
  }

  /** Dotted decimal, or RFC 5952. */
  public static String text(long high, long low) {
    if (isIpv4(high, low)) {
      return new StringBuilder(15)
          .append(low >>> 24 & 0xff)
          .append('.')
          .append(low >>> 16 & 0xff)
          .append('.')
          .append(low >>> 8 & 0xff)
          .append('.')
          .append(low & 0xff)
          .toString();
    }
    int bestAt = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && group(high, low, i + length) == 0) {
        length++;
      }
      if (length > bestLength) {
        bestAt = i;
        bestLength = length;
      }
      i += length;
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == bestAt) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(high, low, i)));
    }
    return text.toString();
  }

  private static int group(long high, long low, int i) {
    long half = i < 4 ? high : low;
    return (int) (half >>> (48 - (i & 3) * 16)) & 0xffff;
  }

  /** Community ID version 1 of a TCP flow, seed 0; the same for both directions. */
  public static String communityId(
      long high1, long low1, int port1, long high2, long low2, int port2) {
    boolean ipv4 = isIpv4(high1, low1) && isIpv4(high2, low2);
    int order = Long.compareUnsigned(high1, high2);
    if (order == 0) {
      order = Long.compareUnsigned(low1, low2);
    }
    if (order == 0) {
      order = Integer.compare(port1, port2);
    }
    ByteBuffer key = ByteBuffer.allocate(40).putShort((short) 0);
    put(key, ipv4, order <= 0 ? high1 : high2, order <= 0 ? low1 : low2);
    put(key, ipv4, order <= 0 ? high2 : high1, order <= 0 ? low2 : low1);
    key.put(TCP).put((byte) 0);
    key.putShort((short) (order <= 0 ? port1 : port2));
    key.putShort((short) (order <= 0 ? port2 : port1));
    MessageDigest sha1 = SHA1.get();
    sha1.update(key.array(), 0, key.position());
    return "1:".concat(Base64.getEncoder().encodeToString(sha1.digest()));
  }

  private static MessageDigest newSha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-1", e);
    }
  }

  private static void put(ByteBuffer key, boolean ipv4, long high, long low) {
    if (ipv4) {
      key.putInt((int) low);
    } else {
      key.putLong(high).putLong(low);
    }
  }
}
