package io.sluice.kernelfilter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * {@code packet.h} in Java: from an Ethernet frame to a TCP segment, through one tunnel at most.
 * Reused for every frame; one thread.
 */
final class ModelPacket {
  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int TAG_BYTES = 4;
  private static final int SHORTEST_FRAME = ETHERNET_BYTES + IPV4_BYTES;
  private static final int MAX_IPV6_EXTENSIONS = 6;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int TYPE_ETHERNET = 0x6558;
  private static final int PROTOCOL_TCP = 6;
  private static final int NO_TUNNEL = 59;
  private static final long MAPPED = 0xffffL << 32;

  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;

  private MemorySegment memory;
  private long frame;
  private int frameLength;

  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int sourcePort;
  int destinationPort;
  int payloadOffset;
  int payloadLength;
  int sequence;
  int tcpFlags;
  boolean fromHigh;
  boolean firstFragment;
  boolean cut;
  boolean tunnelled;

  /** VLANs, VNI or tunnel key, folded as in the kernel. */
  int network;

  private final Tunnels tunnels;
  private final int maxTags;
  private int limit;
  private int protocol;
  private int protocolEnd;

  /**
   * @param maxTags VLAN tags in a frame; one that has more is no IP
   */
  ModelPacket(Tunnels tunnels, int maxTags) {
    this.tunnels = tunnels;
    this.maxTags = maxTags;
  }

  /** Returns null for a TCP segment, else the counter under which the frame is filtered. */
  FilterCounter parse(MemorySegment memory, long frameOffset, int frameLength) {
    this.memory = memory;
    frame = frameOffset;
    this.frameLength = frameLength;
    limit = frameLength;
    firstFragment = false;
    tunnelled = false;
    network = 0;
    if (frameLength < SHORTEST_FRAME) {
      return FilterCounter.FILTERED_NOT_IP;
    }
    FilterCounter reason = parseTagged(u16(12), ETHERNET_BYTES, maxTags);
    return reason == FilterCounter.FILTERED_NOT_TCP ? parseTunnelled() : reason;
  }

  private FilterCounter parseTagged(int type, int offset, int maxTags) {
    for (int i = 0; i < maxTags && isTag(type); i++) {
      if (!has(offset, TAG_BYTES)) {
        return FilterCounter.FILTERED_MALFORMED;
      }
      network = network << 12 | (u16(offset) & 0xfff);
      type = u16(offset + 2);
      offset += TAG_BYTES;
    }
    return switch (type) {
      case TYPE_IPV4 -> parseIpv4(offset);
      case TYPE_IPV6 -> parseIpv6(offset);
      default -> FilterCounter.FILTERED_NOT_IP;
    };
  }

  /** Of the packet that was found to carry no TCP itself. */
  private FilterCounter parseTunnelled() {
    int end = Math.min(protocolEnd, frameLength);
    if (protocol == 4 && tunnels.has(Tunnels.Kind.IP)) {
      return parseInner(TYPE_IPV4, payloadOffset, end);
    }
    if (protocol == 41 && tunnels.has(Tunnels.Kind.IP)) {
      return parseInner(TYPE_IPV6, payloadOffset, end);
    }
    if (protocol == 47 && tunnels.has(Tunnels.Kind.GRE)) {
      return parseGre(payloadOffset, end);
    }
    if (protocol == 17 && tunnels.has(Tunnels.Kind.VXLAN)) {
      return parseVxlan(payloadOffset, end);
    }
    return FilterCounter.FILTERED_NOT_TCP;
  }

  private FilterCounter parseGre(int offset, int end) {
    if (!has(offset, 4)) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    int flags = u16(offset);
    int type = u16(offset + 2);
    if ((flags & 7) != 0 || (type != TYPE_IPV4 && type != TYPE_IPV6 && type != TYPE_ETHERNET)) {
      return FilterCounter.FILTERED_NOT_TCP;
    }
    offset += (flags & 0xc000) != 0 ? 8 : 4;
    if ((flags & 0x2000) != 0) {
      if (!has(offset, 4)) {
        return FilterCounter.FILTERED_MALFORMED;
      }
      enterNetwork(u32(offset));
      offset += 4;
    }
    return parseInner(type, offset + ((flags & 0x1000) != 0 ? 4 : 0), end);
  }

  private FilterCounter parseVxlan(int offset, int end) {
    if (!has(offset, 16) || u16(offset + 2) != tunnels.vxlanPort() || (u8(offset + 8) & 8) == 0) {
      return FilterCounter.FILTERED_NOT_TCP;
    }
    enterNetwork(u32(offset + 12) >>> 8);
    return parseInner(TYPE_ETHERNET, offset + 16, end);
  }

  private void enterNetwork(int number) {
    network = network * 0x9e3779b1 + number + 1;
  }

  private FilterCounter parseInner(int type, int offset, int end) {
    tunnelled = true;
    limit = end;
    if (type != TYPE_ETHERNET) {
      return parseTagged(type, offset, FilterModel.PROGRAM_TAGS);
    }
    if (!has(offset, ETHERNET_BYTES)) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    return parseTagged(u16(offset + 12), offset + ETHERNET_BYTES, FilterModel.PROGRAM_TAGS);
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
  }

  private FilterCounter parseIpv4(int offset) {
    if (!has(offset, IPV4_BYTES)) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    int headerLength = (u8(offset) & 15) * 4;
    if (u8(offset) >> 4 != 4 || headerLength < IPV4_BYTES) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    int totalLength = u16(offset + 2);
    if (totalLength == 0) {
      totalLength = limit - offset;
    }
    int fragment = u16(offset + 6);
    boolean isLater = (fragment & 0x1fff) != 0;
    firstFragment |= (fragment >> 13 & 1) != 0;
    if (u8(offset + 9) != PROTOCOL_TCP) {
      return otherProtocol(
          isLater ? NO_TUNNEL : u8(offset + 9), offset + headerLength, offset + totalLength);
    }
    if (isLater) {
      return FilterCounter.FILTERED_FRAGMENT;
    }
    sourceHigh = 0;
    destinationHigh = 0;
    sourceLow = MAPPED | Integer.toUnsignedLong(u32(offset + 12));
    destinationLow = MAPPED | Integer.toUnsignedLong(u32(offset + 16));
    return parseTcp(offset + headerLength, offset + totalLength);
  }

  private FilterCounter parseIpv6(int offset) {
    if (!has(offset, IPV6_BYTES)) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    if (u8(offset) >> 4 != 6) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    int length = u16(offset + 4);
    int ipEnd = length == 0 ? limit : offset + IPV6_BYTES + length;
    int next = u8(offset + 6);
    sourceHigh = u64(offset + 8);
    sourceLow = u64(offset + 16);
    destinationHigh = u64(offset + 24);
    destinationLow = u64(offset + 32);
    offset += IPV6_BYTES;
    for (int i = 0; i < MAX_IPV6_EXTENSIONS && next != PROTOCOL_TCP; i++) {
      if (next != 0 && next != 43 && next != 44 && next != 51 && next != 60) {
        return otherProtocol(next, offset, ipEnd);
      }
      if (!has(offset, 4)) {
        return FilterCounter.FILTERED_MALFORMED;
      }
      int following = u8(offset);
      if (next == 44) {
        int fragment = u16(offset + 2);
        if ((fragment & 0xfff8) != 0) {
          return FilterCounter.FILTERED_FRAGMENT;
        }
        firstFragment |= (fragment & 1) != 0;
        offset += 8;
      } else if (next == 51) {
        offset += (u8(offset + 1) + 2) * 4;
      } else {
        offset += (u8(offset + 1) + 1) * 8;
      }
      next = following;
    }
    return next == PROTOCOL_TCP ? parseTcp(offset, ipEnd) : otherProtocol(next, offset, ipEnd);
  }

  private FilterCounter otherProtocol(int number, int offset, int end) {
    protocol = number;
    payloadOffset = offset;
    protocolEnd = end;
    return FilterCounter.FILTERED_NOT_TCP;
  }

  private FilterCounter parseTcp(int offset, int ipEnd) {
    if (!has(offset, TCP_BYTES)) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    int headerLength = (u8(offset + 12) >> 4) * 4;
    if (headerLength < TCP_BYTES || offset + headerLength > ipEnd) {
      return FilterCounter.FILTERED_MALFORMED;
    }
    sourcePort = u16(offset);
    destinationPort = u16(offset + 2);
    sequence = u32(offset + 4);
    tcpFlags = u8(offset + 13);
    payloadOffset = offset + headerLength;
    cut = ipEnd > limit;
    payloadLength = Math.max(0, Math.min(ipEnd, limit) - payloadOffset);
    int order = Long.compareUnsigned(sourceHigh, destinationHigh);
    if (order == 0) {
      order = Long.compareUnsigned(sourceLow, destinationLow);
    }
    fromHigh = order > 0 || (order == 0 && sourcePort > destinationPort);
    return null;
  }

  private boolean has(int offset, int bytes) {
    return offset + bytes <= frameLength;
  }

  private int u8(int offset) {
    return memory.get(U8, frame + offset) & 0xff;
  }

  private int u16(int offset) {
    return memory.get(U16, frame + offset) & 0xffff;
  }

  private int u32(int offset) {
    return memory.get(U32, frame + offset);
  }

  private long u64(int offset) {
    return memory.get(U64, frame + offset);
  }
}
