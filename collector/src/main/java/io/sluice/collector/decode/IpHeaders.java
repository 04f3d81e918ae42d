package io.sluice.collector.decode;

/**
 * IPv4 and IPv6 with their options and extension headers. Lengths come from the IP header, so that
 * link padding is not payload and a frame cut by the capture is known to be longer.
 */
final class IpHeaders {
  private static final int MAX_EXTENSIONS = 16;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int ESP = 50;
  private static final int AUTHENTICATION = 51;
  private static final int NO_NEXT_HEADER = 59;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int MOBILITY = 135;
  private static final int HOST_IDENTITY = 139;
  private static final int SHIM6 = 140;

  private static final int TRUNCATED = Layer.end(DecodeCounter.TRUNCATED);
  private static final int MALFORMED = Layer.end(DecodeCounter.MALFORMED);
  private static final int HELD = Layer.end(DecodeCounter.FRAGMENTS);

  private final FragmentTable fragments;

  IpHeaders(FragmentTable fragments) {
    this.fragments = fragments;
  }

  static int either(Cursor c) {
    if (!c.has(1)) {
      return TRUNCATED;
    }
    return switch (c.u8(0) >> 4) {
      case 4 -> Layer.IPV4;
      case 6 -> Layer.IPV6;
      default -> MALFORMED;
    };
  }

  int ipv4(Cursor c, TcpSegment out) {
    if (!c.has(20)) {
      return TRUNCATED;
    }
    int first = c.u8(0);
    int headerLength = (first & 0x0f) << 2;
    if (first >> 4 != 4 || headerLength < 20) {
      return MALFORMED;
    }
    if (!c.has(headerLength)) {
      return TRUNCATED;
    }
    int totalLength = c.u16(2);
    if (totalLength != 0) { // zero: segmentation offload, as long as the frame
      if (totalLength < headerLength) {
        return MALFORMED;
      }
      c.limit(totalLength);
    }
    out.sourceHigh = 0;
    out.sourceLow = TcpSegment.MAPPED_IPV4 | c.u32(12);
    out.destinationHigh = 0;
    out.destinationLow = TcpSegment.MAPPED_IPV4 | c.u32(16);
    c.type = c.u8(9);
    int fragment = c.u16(6);
    int identification = c.u16(4);
    c.skip(headerLength);
    if ((fragment & 0x3fff) != 0) {
      boolean more = (fragment & 0x2000) != 0;
      return fragments.add(c, out, identification, (fragment & 0x1fff) << 3, more)
          ? Layer.TRANSPORT
          : HELD;
    }
    return c.type == AUTHENTICATION ? extensions(c, out) : Layer.TRANSPORT;
  }

  int ipv6(Cursor c, TcpSegment out) {
    if (!c.has(40)) {
      return TRUNCATED;
    }
    if (c.u8(0) >> 4 != 6) {
      return MALFORMED;
    }
    int payloadLength = c.u16(4);
    c.type = c.u8(6);
    out.sourceHigh = c.i64(8);
    out.sourceLow = c.i64(16);
    out.destinationHigh = c.i64(24);
    out.destinationLow = c.i64(32);
    c.skip(40);
    if (payloadLength != 0) { // zero: jumbogram or segmentation offload, as long as the frame
      c.limit(payloadLength);
    }
    return extensions(c, out);
  }

  private int extensions(Cursor c, TcpSegment out) {
    for (int count = 0; count < MAX_EXTENSIONS; count++) {
      int length;
      switch (c.type) {
        case HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS, MOBILITY, HOST_IDENTITY, SHIM6 -> {
          if (!c.has(2)) {
            return TRUNCATED;
          }
          length = (c.u8(1) + 1) << 3;
        }
        case AUTHENTICATION -> {
          if (!c.has(2)) {
            return TRUNCATED;
          }
          length = (c.u8(1) + 2) << 2;
        }
        case FRAGMENT -> {
          if (!c.has(8)) {
            return TRUNCATED;
          }
          int fragment = c.u16(2);
          int identification = c.i32(4);
          c.type = c.u8(0);
          c.skip(8);
          boolean more = (fragment & 1) != 0;
          if ((fragment & ~6) != 0
              && !fragments.add(c, out, identification, fragment & 0xfff8, more)) {
            return HELD;
          }
          continue;
        }
        case ESP -> {
          return Layer.end(DecodeCounter.ENCRYPTED);
        }
        case NO_NEXT_HEADER -> {
          return Layer.end(DecodeCounter.OTHER_TRANSPORT);
        }
        default -> {
          return Layer.TRANSPORT;
        }
      }
      if (!c.has(length)) {
        return TRUNCATED;
      }
      c.type = c.u8(0);
      c.skip(length);
    }
    return Layer.end(DecodeCounter.TOO_DEEP);
  }
}
