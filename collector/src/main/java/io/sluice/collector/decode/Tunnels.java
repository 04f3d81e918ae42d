package io.sluice.collector.decode;

/**
 * Headers that carry another packet: GRE and what rides on it, and the tunnels over UDP. A UDP port
 * alone proves nothing, so each UDP tunnel's header is checked before it is believed.
 */
final class Tunnels {
  /** Not a tunnel after all: count the datagram itself. */
  private static final int DATAGRAM = Layer.end(DecodeCounter.DATAGRAMS);

  private static final int TRUNCATED = Layer.end(DecodeCounter.TRUNCATED);
  private static final int NOT_IP = Layer.end(DecodeCounter.NOT_IP);

  private static final int L2TP = 1701;
  private static final int LISP = 4341;
  private static final int TZSP = 37_008;
  private static final int GTP_U = 2152;
  private static final int TEREDO = 3544;
  private static final int GRE_IN_UDP = 4754;
  private static final int VXLAN = 4789;
  private static final int VXLAN_GPE = 4790;
  private static final int AYIYA = 5072;
  private static final int GENEVE = 6081;
  private static final int MPLS_IN_UDP = 6635;
  private static final int VXLAN_OLD = 8472;

  private Tunnels() {}

  /** The cursor stands at the UDP header. */
  static int udp(Cursor c) {
    if (!c.has(8)) {
      return TRUNCATED;
    }
    int source = c.u16(0);
    int destination = c.u16(2);
    c.skip(8);
    int next = udpPayload(c, destination);
    return next == DATAGRAM ? udpPayload(c, source) : next;
  }

  private static int udpPayload(Cursor c, int port) {
    return switch (port) {
      case VXLAN, VXLAN_OLD, VXLAN_GPE -> vxlan(c, port);
      case GENEVE -> geneve(c);
      case GTP_U -> gtpU(c);
      case TEREDO -> teredo(c);
      case AYIYA -> ayiya(c);
      case L2TP -> l2tp(c);
      case LISP -> lisp(c);
      case TZSP -> tzsp(c);
      case GRE_IN_UDP -> c.has(4) ? gre(c) : DATAGRAM;
      case MPLS_IN_UDP -> Layer.MPLS;
      default -> DATAGRAM;
    };
  }

  /** RFC 7348; reserved bits are ignored, as receivers must. */
  private static int vxlan(Cursor c, int port) {
    if (!c.has(8 + 14) || (c.u8(0) & 0x08) == 0) {
      return DATAGRAM;
    }
    boolean namesNext = port == VXLAN_GPE && (c.u8(0) & 0x04) != 0;
    int next = namesNext ? c.u8(3) : 3;
    c.skip(8);
    return switch (next) {
      case 1 -> Layer.IPV4;
      case 2 -> Layer.IPV6;
      case 4 -> LinkHeaders.serviceHeader(c);
      case 5 -> Layer.MPLS;
      default -> Layer.ETHERNET;
    };
  }

  /** RFC 8926. */
  private static int geneve(Cursor c) {
    if (!c.has(8) || c.u8(0) >> 6 != 0) {
      return DATAGRAM;
    }
    int length = 8 + ((c.u8(0) & 0x3f) << 2);
    if (!c.has(length)) {
      return DATAGRAM;
    }
    c.type = c.u16(2);
    c.skip(length);
    return Layer.ETHERTYPE;
  }

  /** 3GPP TS 29.281: version 1, a user packet, perhaps with extension headers. */
  private static int gtpU(Cursor c) {
    if (!c.has(8) || (c.u8(0) & 0xf0) != 0x30 || c.u8(1) != 0xff) {
      return DATAGRAM;
    }
    int flags = c.u8(0) & 0x07;
    int length = 8;
    if (flags != 0) {
      length = 12;
      if (!c.has(length + 1)) {
        return DATAGRAM;
      }
      int extension = (flags & 0x04) != 0 ? c.u8(11) : 0;
      while (extension != 0) {
        int size = c.u8(length) << 2;
        if (size == 0 || !c.has(length + size + 1)) {
          return DATAGRAM;
        }
        length += size;
        extension = c.u8(length - 1);
      }
    }
    c.skip(length);
    return ipOrDatagram(c);
  }

  /** RFC 4380: authentication and origin indications may come before the IPv6 header. */
  private static int teredo(Cursor c) {
    int at = 0;
    if (c.has(4) && c.u16(0) == 0x0001) {
      at = 4 + c.u8(2) + c.u8(3) + 9;
    }
    if (c.has(at + 8) && c.u16(at) == 0x0000) {
      at += 8;
    }
    if (!c.has(at + 40) || c.u8(at) >> 4 != 6) {
      return DATAGRAM;
    }
    c.skip(at);
    return Layer.IPV6;
  }

  /** Anything In Anything: identity and signature lengths are in the first two bytes. */
  private static int ayiya(Cursor c) {
    if (!c.has(8)) {
      return DATAGRAM;
    }
    int identity = 1 << (c.u8(0) >> 4);
    int signature = (c.u8(1) >> 4) << 2;
    int operation = c.u8(2) & 0x0f;
    int next = c.u8(3);
    int length = 8 + identity + signature;
    if (operation != 1 || !c.has(length + 1) || (next != 41 && next != 4)) {
      return DATAGRAM;
    }
    c.skip(length);
    return ipOrDatagram(c);
  }

  /** RFC 2661, version 2 data messages. */
  private static int l2tp(Cursor c) {
    if (!c.has(6)) {
      return DATAGRAM;
    }
    int flags = c.u16(0);
    if ((flags & 0x000f) != 2 || (flags & 0x8000) != 0) {
      return DATAGRAM;
    }
    int length = 6 + ((flags & 0x4000) != 0 ? 2 : 0) + ((flags & 0x0800) != 0 ? 4 : 0);
    if ((flags & 0x0200) != 0) {
      if (!c.has(length + 2)) {
        return DATAGRAM;
      }
      length += 2 + c.u16(length);
    }
    if (!c.has(length + 2)) {
      return DATAGRAM;
    }
    c.skip(length);
    return Layer.PPP;
  }

  /** RFC 9300. */
  private static int lisp(Cursor c) {
    int version = c.has(9) ? c.u8(8) >> 4 : 0;
    return version == 4 || version == 6 ? LinkHeaders.skipTo(c, 8, Layer.IP) : DATAGRAM;
  }

  /** TaZmen Sniffer Protocol: tagged fields, then what was sniffed. */
  private static int tzsp(Cursor c) {
    if (!c.has(5) || c.u8(0) != 1) {
      return DATAGRAM;
    }
    int protocol = c.u16(2);
    int at = 4;
    while (c.has(at + 2) && c.u8(at) != 1) { // 1 ends the list; 0 is padding and has no length
      at += c.u8(at) == 0 ? 1 : 2 + c.u8(at + 1);
    }
    if (!c.has(at + 1) || c.u8(at) != 1) {
      return DATAGRAM;
    }
    return switch (protocol) {
      case 1 -> LinkHeaders.skipTo(c, at + 1, Layer.ETHERNET);
      case 18 -> LinkHeaders.skipTo(c, at + 1, Layer.IEEE802_11);
      default -> DATAGRAM;
    };
  }

  private static int ipOrDatagram(Cursor c) {
    int version = c.has(1) ? c.u8(0) >> 4 : 0;
    return version == 4 || version == 6 ? Layer.IP : DATAGRAM;
  }

  /** RFC 2784, 2890 and 2637; the payload is named by an EtherType. */
  static int gre(Cursor c) {
    if (!c.has(4)) {
      return TRUNCATED;
    }
    int flags = c.u16(0);
    int type = c.u16(2);
    int length = 4;
    boolean sequenced = (flags & 0x1000) != 0;
    if ((flags & 0xc000) != 0) {
      length += 4; // checksum and offset
    }
    if ((flags & 0x2000) != 0) {
      length += 4; // key
    }
    if (sequenced) {
      length += 4;
    }
    if ((flags & 0x0007) == 1 && (flags & 0x0080) != 0) {
      length += 4; // PPTP's acknowledgement
    }
    if (!c.has(length)) {
      return TRUNCATED;
    }
    c.skip(length);
    return switch (type) {
      case 0x880b -> Layer.PPP;
      case 0x88be ->
          LinkHeaders.skipTo(c, sequenced ? 8 : 0, Layer.ETHERNET); // ERSPAN type II, type I
      case 0x22eb -> erspanThree(c);
      case 0x0004 -> Layer.IP;
      case 0x883e -> wccp(c);
      default -> {
        if (type >= 0x8200 && type <= 0x82ff || type == 0x9000) {
          yield Layer.IEEE802_11; // Aruba access points
        }
        c.type = type;
        yield Layer.ETHERTYPE;
      }
    };
  }

  private static int erspanThree(Cursor c) {
    if (!c.has(12)) {
      return TRUNCATED;
    }
    boolean subheader = (c.u8(11) & 1) != 0;
    return LinkHeaders.skipTo(c, subheader ? 20 : 12, Layer.ETHERNET);
  }

  /** Web cache redirection: since its second version with four bytes before the packet. */
  private static int wccp(Cursor c) {
    boolean old = c.has(1) && c.u8(0) >> 4 == 4;
    return LinkHeaders.skipTo(c, old ? 0 : 4, Layer.IPV4);
  }

  /** RFC 3378: two bytes, then an Ethernet frame. */
  static int etherIp(Cursor c) {
    return c.has(2) && c.u8(0) == 0x30 ? LinkHeaders.skipTo(c, 2, Layer.ETHERNET) : NOT_IP;
  }
}
