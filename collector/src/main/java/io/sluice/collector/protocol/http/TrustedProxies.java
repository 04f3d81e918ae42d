package io.sluice.collector.protocol.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The proxies whose word about their client is believed, as address ranges. Immutable. */
public final class TrustedProxies {
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /**
   * @param bits of the 128 that must be equal
   */
  private record Range(long high, long low, int bits) {
    boolean contains(long otherHigh, long otherLow) {
      return ((high ^ otherHigh) & mask(bits)) == 0 && ((low ^ otherLow) & mask(bits - 64)) == 0;
    }

    private static long mask(int ones) {
      return ones <= 0 ? 0 : ones >= Long.SIZE ? -1 : -1L << (Long.SIZE - ones);
    }
  }

  private final List<Range> ranges;

  private TrustedProxies(List<Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * @param ranges addresses, or ranges such as 10.0.0.0/8 or fd00::/8
   * @throws IllegalArgumentException where one is none
   */
  public static TrustedProxies of(Collection<String> ranges) {
    List<Range> parsed = new ArrayList<>();
    for (String range : ranges) {
      parsed.add(parse(range));
    }
    return parsed.isEmpty() ? NONE : new TrustedProxies(List.copyOf(parsed));
  }

  private static Range parse(String text) {
    int slash = text.indexOf('/');
    IpLiteral address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("'" + text + "' is no address or range");
    }
    int max = address.isIpv4() ? IPV4_BITS : IPV6_BITS;
    int bits = slash < 0 ? max : prefix(text.substring(slash + 1));
    if (bits < 0 || bits > max) {
      throw new IllegalArgumentException("'" + text + "' has a prefix outside of 0 to " + max);
    }
    return new Range(address.high(), address.low(), IPV6_BITS - max + bits);
  }

  private static int prefix(String text) {
    boolean number = text.length() <= 3 && !text.isEmpty();
    return number && text.chars().allMatch(Bytes::isDigit) ? Integer.parseInt(text) : -1;
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Both halves of an address, IPv4 mapped. */
  boolean contains(long high, long low) {
    for (Range range : ranges) {
      if (range.contains(high, low)) {
        return true;
      }
    }
    return false;
  }
}
