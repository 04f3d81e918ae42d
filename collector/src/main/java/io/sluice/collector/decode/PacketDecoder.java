package io.sluice.collector.decode;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.counters.Counters;

/**
 * From a frame to the innermost TCP segment. Counts every frame exactly once; never throws and
 * never reads outside the frame, whatever its bytes. A wrong TCP checksum is counted, live, and
 * never a reason to leave a segment out: where the network card computes them, captures hold wrong
 * ones. Owned by one worker thread; allocates nothing a frame.
 */
public final class PacketDecoder {
  /** Headers inside each other, tunnels included. */
  static final int MAX_LAYERS = 24;

  private static final int MIN_TCP_HEADER = 20;

  private final Counters<DecodeCounter> counters = new Counters<>(DecodeCounter.class);
  private final IpHeaders ip = new IpHeaders(new FragmentTable(counters));
  private final Cursor cursor = new Cursor();
  private final TcpSegment segment = new TcpSegment();
  private long frames;

  /** The frame's segment, valid until the next call, or null where it holds none. */
  public TcpSegment decode(Frame frame) {
    return decode(frame, segment) ? segment : null;
  }

  /**
   * The same into a segment of the caller's.
   *
   * @return false where the frame holds no segment; what is in {@code out} then is nothing
   */
  public boolean decode(Frame frame, TcpSegment out) {
    counters.increment(DecodeCounter.FRAMES);
    frames++;
    Cursor c = cursor;
    c.memory = frame.memory;
    c.position = frame.offset;
    c.capturedEnd = frame.offset + frame.capturedLength;
    c.wireEnd = frame.offset + Math.max(frame.capturedLength, frame.wireLength);
    c.vlan = frame.vlanTci >= 0 ? frame.vlanTci & 0xfff : -1;
    c.timestampNs = frame.timestampNs;
    int layer = LinkHeaders.first(frame.linkType, c);
    int packets = 0;
    for (int depth = 0; depth < MAX_LAYERS; depth++) {
      if (layer < 0) {
        counters.increment(Layer.endOf(layer));
        return false;
      }
      if (layer == Layer.TRANSPORT) {
        packets++;
        if (c.type == 6) {
          // Not of what came in fragments or in a tunnel: nobody said anything of its checksum.
          boolean open = frame.checksumOpen && packets == 1 && c.memory.equals(frame.memory);
          return tcp(c, out, packets > 1, open);
        }
      }
      layer = next(layer, c, out);
    }
    counters.increment(DecodeCounter.TOO_DEEP);
    return false;
  }

  private int next(int layer, Cursor c, TcpSegment out) {
    return switch (layer) {
      case Layer.ETHERNET -> LinkHeaders.ethernet(c);
      case Layer.ETHERTYPE -> LinkHeaders.etherType(c);
      case Layer.LLC -> LinkHeaders.llc(c);
      case Layer.PPP -> LinkHeaders.ppp(c);
      case Layer.MPLS -> LinkHeaders.mpls(c);
      case Layer.IEEE802_11 -> LinkHeaders.ieee80211(c);
      case Layer.IP -> IpHeaders.either(c);
      case Layer.IPV4 -> ip.ipv4(c, out);
      case Layer.IPV6 -> ip.ipv6(c, out);
      default -> transport(c);
    };
  }

  private static int transport(Cursor c) {
    return switch (c.type) {
      case 4, 41 -> Layer.IP;
      case 17 -> Tunnels.udp(c);
      case 47 -> Tunnels.gre(c);
      case 50 -> Layer.end(DecodeCounter.ENCRYPTED);
      case 97 -> Tunnels.etherIp(c);
      case 137 -> Layer.MPLS;
      default -> Layer.end(DecodeCounter.OTHER_TRANSPORT);
    };
  }

  private boolean tcp(Cursor c, TcpSegment s, boolean tunnelled, boolean checksumOpen) {
    if (!c.has(MIN_TCP_HEADER)) {
      counters.increment(DecodeCounter.TRUNCATED);
      return false;
    }
    int headerLength = (c.u8(12) >> 4) << 2;
    long payload = c.wireEnd - c.position - headerLength;
    if (headerLength < MIN_TCP_HEADER || payload < 0) {
      counters.increment(DecodeCounter.MALFORMED);
      return false;
    }
    s.sourcePort = c.u16(0);
    s.destinationPort = c.u16(2);
    s.sequence = c.i32(4);
    s.acknowledgement = c.i32(8);
    s.flags = c.u8(13);
    s.memory = c.memory;
    s.payloadOffset = c.position + headerLength;
    s.payloadLength = (int) payload;
    s.capturedLength = (int) Math.max(0, Math.min(payload, c.capturedEnd - s.payloadOffset));
    s.vlan = c.vlan;
    s.timestampNs = c.timestampNs;
    s.frame = frames;
    counters.increment(DecodeCounter.SEGMENTS);
    if (tunnelled) {
      counters.increment(DecodeCounter.TUNNELLED);
    }
    if (checksumOpen && c.capturedEnd == c.wireEnd) {
      counters.increment(DecodeCounter.CHECKSUMS_COMPARED);
      if (!TcpChecksum.isRight(c, s)) {
        counters.increment(DecodeCounter.CHECKSUMS_WRONG);
      }
    }
    return true;
  }

  public Counters<DecodeCounter> counters() {
    return counters;
  }
}
