package io.sluice.collector.decode;

import io.sluice.collector.counters.Counter;
import io.sluice.collector.counters.Counters;

/**
 * What became of every frame. FRAMES is the sum of SEGMENTS to TOO_DEEP; the others stand beside.
 */
public enum DecodeCounter implements Counter {
  FRAMES("Frames taken from capture."),
  SEGMENTS("Frames that ended in a TCP segment, which went on to reassembly."),
  DATAGRAMS("Frames that ended in a UDP datagram that is no known tunnel."),
  FRAGMENTS("Frames that held an IP fragment and did not complete a packet."),
  OTHER_TRANSPORT("Frames that ended in another IP protocol than TCP or UDP."),
  NOT_IP("Frames that hold no IP packet (ARP, spanning tree, 802.11 management, ...)."),
  ENCRYPTED("Frames whose content is encrypted below TCP (ESP, protected 802.11)."),
  UNSUPPORTED_LINK("Frames of a link type that is not decoded."),
  TRUNCATED("Frames that end, or were cut, inside a header."),
  MALFORMED("Frames with a header that contradicts itself."),
  TOO_DEEP("Frames with more headers inside each other than the limit."),
  TUNNELLED("Frames whose TCP segment was found inside a tunnel."),
  REASSEMBLED("Packets put together from fragments."),
  FRAGMENT_SETS_DISCARDED(
      "Packets of which fragments were dropped: evicted, expired or malformed."),
  CHECKSUMS_COMPARED(
      "Whole TCP segments whose checksum was compared, since the kernel did not answer for it."),
  CHECKSUMS_WRONG("Those whose checksum was wrong; they are read like others.");

  private final String help;

  DecodeCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }

  /** Frames minus everything that frames can become: zero between two frames. */
  public static long unaccounted(Counters<DecodeCounter> counters) {
    long rest = counters.get(FRAMES);
    for (int i = SEGMENTS.ordinal(); i <= TOO_DEEP.ordinal(); i++) {
      rest -= counters.get(ALL[i]);
    }
    return rest;
  }

  static final DecodeCounter[] ALL = values();
}
