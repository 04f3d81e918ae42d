package io.sluice.collector.decode;

import io.sluice.collector.capture.LinkType;

/**
 * Everything below IP. Each step checks its bounds, moves the cursor behind its header and returns
 * the next {@link Layer}.
 */
final class LinkHeaders {
  private static final int MAX_VLAN_TAGS = 4;
  private static final int MAX_MPLS_LABELS = 16;

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int VLAN = 0x8100;
  private static final int QINQ = 0x88a8;
  private static final int QINQ_OLD = 0x9100;
  private static final int MPLS_UNICAST = 0x8847;
  private static final int MPLS_MULTICAST = 0x8848;
  private static final int PPPOE_SESSION = 0x8864;
  private static final int PROVIDER_BACKBONE = 0x88e7;
  private static final int FABRIC_PATH = 0x8903;
  private static final int VN_TAG = 0x8926;
  private static final int SERVICE_HEADER = 0x894f;
  private static final int TRANSPARENT_ETHERNET = 0x6558;
  private static final int MAX_802_3_LENGTH = 1500;

  private static final int TRUNCATED = Layer.end(DecodeCounter.TRUNCATED);
  private static final int NOT_IP = Layer.end(DecodeCounter.NOT_IP);
  private static final int MALFORMED = Layer.end(DecodeCounter.MALFORMED);

  private LinkHeaders() {}

  static int first(LinkType link, Cursor c) {
    return switch (link) {
      case ETHERNET -> Layer.ETHERNET;
      case RAW, IPV4, IPV6 -> Layer.IP;
      case LINUX_SLL -> linuxSll(c);
      case LINUX_SLL2 -> linuxSll2(c);
      case NULL, LOOP -> bsdLoopback(c);
      case PPP, PPP_HDLC -> Layer.PPP;
      case PPPOE -> pppoe(c);
      case C_HDLC -> ciscoHdlc(c);
      case IEEE802_11 -> Layer.IEEE802_11;
      case RADIOTAP -> radiotap(c);
      case NFLOG -> nflog(c);
      case ARCNET_LINUX -> arcnet(c);
      case FDDI -> skipTo(c, 13, Layer.LLC); // frame control and two addresses
      case ENC -> skipTo(c, 12, Layer.IP); // OpenBSD's inside of IPsec
      case PFLOG -> pflog(c);
      case PRISM -> skipTo(c, 144, Layer.IEEE802_11);
      case AVS -> avs(c);
      case PPI -> ppi(c);
      case UNSUPPORTED -> Layer.end(DecodeCounter.UNSUPPORTED_LINK);
    };
  }

  static int ethernet(Cursor c) {
    if (!c.has(14)) {
      return TRUNCATED;
    }
    c.type = c.u16(12);
    c.skip(14);
    return Layer.ETHERTYPE;
  }

  /** From an EtherType (or an 802.3 length) to IP, through VLAN tags. */
  static int etherType(Cursor c) {
    for (int tags = 0; tags <= MAX_VLAN_TAGS; tags++) {
      switch (c.type) {
        case IPV4 -> {
          return Layer.IPV4;
        }
        case IPV6 -> {
          return Layer.IPV6;
        }
        case VLAN, QINQ, QINQ_OLD -> {
          if (!c.has(4)) {
            return TRUNCATED;
          }
          if (c.vlan < 0) {
            c.vlan = c.u16(0) & 0xfff;
          }
          c.type = c.u16(2);
          c.skip(4);
        }
        case MPLS_UNICAST, MPLS_MULTICAST -> {
          return Layer.MPLS;
        }
        case PPPOE_SESSION -> {
          return pppoe(c);
        }
        case VN_TAG -> {
          if (!c.has(6)) {
            return TRUNCATED;
          }
          c.type = c.u16(4);
          c.skip(6);
        }
        case PROVIDER_BACKBONE -> { // IEEE 802.1ah: its tag, then the customer's whole frame
          return skipTo(c, 4, Layer.ETHERNET);
        }
        case FABRIC_PATH -> {
          return skipTo(c, 2, Layer.ETHERNET);
        }
        case SERVICE_HEADER -> {
          return serviceHeader(c);
        }
        case TRANSPARENT_ETHERNET -> {
          return Layer.ETHERNET;
        }
        default -> {
          return c.type <= MAX_802_3_LENGTH ? Layer.LLC : NOT_IP;
        }
      }
    }
    return Layer.end(DecodeCounter.TOO_DEEP);
  }

  /** IEEE 802.2: SNAP with an EtherType, or IP's own service access point. */
  static int llc(Cursor c) {
    if (!c.has(3)) {
      return TRUNCATED;
    }
    int accessPoints = c.u16(0);
    if (accessPoints == 0x0606) {
      c.skip(3);
      return Layer.IP;
    }
    if (accessPoints != 0xaaaa) {
      return NOT_IP;
    }
    if (!c.has(8)) {
      return TRUNCATED;
    }
    c.type = c.u16(6);
    c.skip(8);
    return c.type <= MAX_802_3_LENGTH ? NOT_IP : Layer.ETHERTYPE;
  }

  /** RFC 2516. */
  private static int pppoe(Cursor c) {
    if (!c.has(6)) {
      return TRUNCATED;
    }
    if (c.u16(0) != 0x1100) {
      return NOT_IP;
    }
    c.skip(6);
    return Layer.PPP;
  }

  /** RFC 1661 and 1662, address and control bytes optional, protocol field perhaps compressed. */
  static int ppp(Cursor c) {
    if (c.has(2) && (c.u16(0) == 0xff03 || c.u16(0) == 0x0f00)) {
      int address = c.u8(0);
      c.skip(2);
      if (address == 0x0f) {
        if (!c.has(2)) {
          return TRUNCATED;
        }
        c.type = c.u16(0);
        c.skip(2);
        return Layer.ETHERTYPE;
      }
    }
    if (!c.has(2)) {
      return TRUNCATED;
    }
    int protocol = c.u8(0);
    if ((protocol & 1) != 0) {
      c.skip(1);
    } else {
      protocol = c.u16(0);
      c.skip(2);
    }
    return switch (protocol) {
      case 0x21 -> Layer.IPV4;
      case 0x57 -> Layer.IPV6;
      case 0x281, 0x283 -> Layer.MPLS;
      case 0x53 -> Layer.end(DecodeCounter.ENCRYPTED);
      default -> NOT_IP;
    };
  }

  /** RFC 3032; what is below the last label is not said, so it is guessed from its first byte. */
  static int mpls(Cursor c) {
    for (int labels = 0; labels < MAX_MPLS_LABELS; labels++) {
      if (!c.has(5)) {
        return TRUNCATED;
      }
      boolean last = (c.u8(2) & 1) != 0;
      c.skip(4);
      if (last) {
        int version = c.u8(0) >> 4;
        if (version == 4 || version == 6) {
          return Layer.IP;
        }
        if (c.has(18) && c.i32(0) == 0) { // pseudowire control word
          c.skip(4);
        }
        return Layer.ETHERNET;
      }
    }
    return Layer.end(DecodeCounter.TOO_DEEP);
  }

  /** Network service header, RFC 8300. */
  static int serviceHeader(Cursor c) {
    if (!c.has(8)) {
      return TRUNCATED;
    }
    int length = (c.u8(1) & 0x3f) << 2;
    if (length < 8) {
      return MALFORMED;
    }
    int next =
        switch (c.u8(3)) {
          case 1 -> Layer.IPV4;
          case 2 -> Layer.IPV6;
          case 3 -> Layer.ETHERNET;
          case 5 -> Layer.MPLS;
          default -> NOT_IP;
        };
    return skipTo(c, length, next);
  }

  static int skipTo(Cursor c, int bytes, int next) {
    if (!c.has(bytes)) {
      return TRUNCATED;
    }
    c.skip(bytes);
    return next;
  }

  /** BSD's packet filter log: the first byte is the header's length, which is padded. */
  private static int pflog(Cursor c) {
    return c.has(1) ? skipTo(c, (c.u8(0) + 3) & ~3, Layer.IP) : TRUNCATED;
  }

  private static int avs(Cursor c) {
    if (!c.has(8)) {
      return TRUNCATED;
    }
    int length = c.i32(4);
    return length < 8 ? MALFORMED : skipTo(c, length, Layer.IEEE802_11);
  }

  /** Per-packet information: the number of the link type below it is in its header. */
  private static int ppi(Cursor c) {
    if (!c.has(8)) {
      return TRUNCATED;
    }
    int length = c.u16LittleEndian(2);
    LinkType below = LinkType.of(Integer.reverseBytes(c.i32(4)));
    if (length < 8 || below == LinkType.PPI) {
      return MALFORMED;
    }
    int skipped = skipTo(c, length, Layer.ETHERNET);
    return skipped < 0 ? skipped : first(below, c);
  }

  private static int linuxSll(Cursor c) {
    if (!c.has(16)) {
      return TRUNCATED;
    }
    c.type = c.u16(14);
    c.skip(16);
    return c.type == 4 ? Layer.LLC : Layer.ETHERTYPE;
  }

  private static int linuxSll2(Cursor c) {
    if (!c.has(20)) {
      return TRUNCATED;
    }
    c.type = c.u16(0);
    c.skip(20);
    return c.type == 4 ? Layer.LLC : Layer.ETHERTYPE;
  }

  /**
   * The address family is in the byte order of the capturing machine: the version nibble is not.
   */
  private static int bsdLoopback(Cursor c) {
    if (!c.has(5)) {
      return TRUNCATED;
    }
    c.skip(4);
    return Layer.IP;
  }

  private static int ciscoHdlc(Cursor c) {
    if (!c.has(4)) {
      return TRUNCATED;
    }
    c.type = c.u16(2);
    c.skip(4);
    return Layer.ETHERTYPE;
  }

  private static int radiotap(Cursor c) {
    if (!c.has(8)) {
      return TRUNCATED;
    }
    int length = c.u16LittleEndian(2);
    if (length < 8) {
      return MALFORMED;
    }
    if (!c.has(length)) {
      return TRUNCATED;
    }
    boolean padded = (radiotapFlags(c, length) & 0x20) != 0;
    c.skip(length);
    return ieee80211(c, padded);
  }

  /** The flags byte, or 0: it follows the bit words and, where there is one, an aligned timer. */
  private static int radiotapFlags(Cursor c, int length) {
    int at = 4;
    int present = Integer.reverseBytes(c.i32(4));
    for (int word = present; word < 0 && at + 8 <= length; ) { // bit 31: another word follows
      at += 4;
      word = Integer.reverseBytes(c.i32(at));
    }
    at += 4;
    if ((present & 2) == 0) {
      return 0;
    }
    if ((present & 1) != 0) {
      at = ((at + 7) & ~7) + 8;
    }
    return at < length ? c.u8(at) : 0;
  }

  static int ieee80211(Cursor c) {
    return ieee80211(c, false);
  }

  private static int ieee80211(Cursor c, boolean padded) {
    if (!c.has(24)) {
      return NOT_IP; // control frames are shorter
    }
    int control = c.u16LittleEndian(0);
    boolean data = (control & 0x0c) == 0x08;
    boolean empty = (control & 0x40) != 0;
    if (!data || empty) {
      return NOT_IP;
    }
    if ((control & 0x4000) != 0) {
      return Layer.end(DecodeCounter.ENCRYPTED);
    }
    int length = 24;
    if ((control & 0x0300) == 0x0300) {
      length += 6; // fourth address
    }
    boolean aggregate = false;
    if ((control & 0x80) != 0) {
      if (!c.has(length + 2)) {
        return TRUNCATED;
      }
      aggregate = (c.u8(length) & 0x80) != 0;
      length += 2;
      if ((control & 0x8000) != 0) {
        length += 4; // HT control
      }
    }
    if (padded) {
      length = (length + 3) & ~3;
    }
    if (aggregate) {
      length += 14; // only the first of an A-MSDU's subframes is read
    }
    if (!c.has(length)) {
      return TRUNCATED;
    }
    c.skip(length);
    return Layer.LLC;
  }

  /** Netfilter log: little-endian type-length-values, of which type 9 is the packet. */
  private static int nflog(Cursor c) {
    if (!c.has(4)) {
      return TRUNCATED;
    }
    c.skip(4);
    while (c.has(4)) {
      int length = c.u16LittleEndian(0);
      int type = c.u16LittleEndian(2) & 0x7fff;
      if (length < 4) {
        return MALFORMED;
      }
      if (type == 9) {
        c.limit(length);
        c.skip(4);
        return Layer.IP;
      }
      int padded = (length + 3) & ~3;
      if (!c.has(padded)) {
        return TRUNCATED;
      }
      c.skip(padded);
    }
    return NOT_IP;
  }

  /** As Linux writes it: RFC 1201 packets in one piece, with their exception header left out. */
  private static int arcnet(Cursor c) {
    if (!c.has(9)) {
      return TRUNCATED;
    }
    int protocol = c.u8(4);
    return switch (protocol) {
      case 212, 240 -> {
        c.skip(protocol == 212 ? 8 : 5);
        yield Layer.IPV4;
      }
      case 196 -> {
        c.skip(8);
        yield Layer.IPV6;
      }
      default -> NOT_IP;
    };
  }
}
