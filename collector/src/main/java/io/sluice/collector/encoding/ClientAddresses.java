package io.sluice.collector.encoding;

import io.sluice.collector.event.Addresses;
import io.sluice.collector.event.RequestEvent;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Truncates client addresses, or replaces them by pseudonyms, or by pseudonyms of the truncated
 * ones. A pseudonym is an IPv6 address of the unique local range (RFC 4193): {@code fd} and 120
 * bits of HMAC-SHA-256. So every schema that wants an address still gets one, equal clients stay
 * equal and different ones different, and no pseudonym is taken for an address of the network.
 */
final class ClientAddresses {
  private static final int IPV4_KEPT_BYTES = 3;
  private static final int IPV6_KEPT_BYTES = 6;
  private static final int CACHE_SIZE = 4096;

  private final Mac mac;
  private final boolean truncate;

  /** Direct-mapped: a collision costs a hash, never memory. */
  private final String[] cachedAddresses = new String[CACHE_SIZE];

  private final String[] cachedReplacements = new String[CACHE_SIZE];

  ClientAddresses(final SecretKey key, final boolean truncate) {
    mac = key == null ? null : mac(key);
    this.truncate = truncate;
  }

  String eventId(final String id) {
    return mac == null || id == null
        ? id
        : HexFormat.of().formatHex(hash("event", id.getBytes(StandardCharsets.UTF_8)), 0, 16);
  }

  RequestEvent.Flow flow(final RequestEvent.Flow flow) {
    final String clientIp = address(flow.clientIp());
    return new RequestEvent.Flow(
        clientIp,
        flow.clientPort(),
        flow.serverIp(),
        flow.serverPort(),
        flow.vlan(),
        communityId(flow, clientIp),
        address(flow.realClientIp()));
  }

  String address(final String address) {
    if (address == null) {
      return null;
    }
    final int slot = address.hashCode() & (CACHE_SIZE - 1);
    if (!address.equals(cachedAddresses[slot])) {
      cachedReplacements[slot] = replace(address);
      cachedAddresses[slot] = address;
    }
    return cachedReplacements[slot];
  }

  private String replace(final String address) {
    byte[] bytes;
    try {
      bytes = InetAddress.ofLiteral(address).getAddress();
    } catch (final IllegalArgumentException e) {
      // No address, so nothing can be kept of it.
      return mac == null ? "::" : pseudonym(address.getBytes(StandardCharsets.UTF_8));
    }
    if (truncate) {
      Arrays.fill(
          bytes, bytes.length == 4 ? IPV4_KEPT_BYTES : IPV6_KEPT_BYTES, bytes.length, (byte) 0);
    }
    return mac == null ? Halves.of(bytes).text() : pseudonym(bytes);
  }

  private String pseudonym(final byte[] bytes) {
    final byte[] address = new byte[16];
    System.arraycopy(hash("address", bytes), 0, address, 1, 15);
    address[0] = (byte) 0xfd;
    return Halves.of(address).text();
  }

  private String communityId(final RequestEvent.Flow flow, final String clientIp) {
    if (flow.communityId() == null) {
      return null;
    }
    if (mac == null) {
      return shownCommunityId(flow, clientIp);
    }
    final byte[] hash = hash("flow", flow.communityId().getBytes(StandardCharsets.UTF_8));
    return "1:" + Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 20));
  }

  private static String shownCommunityId(final RequestEvent.Flow flow, final String clientIp) {
    try {
      final Halves client = Halves.of(InetAddress.ofLiteral(clientIp).getAddress());
      final Halves server = Halves.of(InetAddress.ofLiteral(flow.serverIp()).getAddress());
      return Addresses.communityId(
          client.high(),
          client.low(),
          flow.clientPort(),
          server.high(),
          server.low(),
          flow.serverPort());
    } catch (final IllegalArgumentException e) {
      return null;
    }
  }

  /** The purpose separates the hashes, so that one never serves as another. */
  private byte[] hash(final String purpose, final byte[] value) {
    mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
    mac.update((byte) 0);
    return mac.doFinal(value);
  }

  private static Mac mac(final SecretKey key) {
    try {
      final Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac;
    } catch (final GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "cannot hash addresses: the key does not fit HMAC-SHA-256; use a random one of 32 bytes",
          e);
    }
  }

  /** An address in 16 bytes, IPv4 mapped. */
  private record Halves(long high, long low) {
    static Halves of(final byte[] address) {
      final ByteBuffer bytes = ByteBuffer.wrap(address);
      return address.length == 4
          ? new Halves(0, 0xffffL << 32 | bytes.getInt() & 0xffffffffL)
          : new Halves(bytes.getLong(), bytes.getLong());
    }

    String text() {
      return Addresses.text(high, low);
    }
  }
}
