package io.sluice.collector.decode;

/**
 * What a decoding step found next: one of the layers below, or the end, which is a counter coded as
 * a negative number. Plain ints, so that the loop over layers allocates nothing.
 */
final class Layer {
  static final int ETHERNET = 0;

  /** The EtherType is in the cursor. */
  static final int ETHERTYPE = 1;

  static final int LLC = 2;
  static final int PPP = 3;
  static final int MPLS = 4;
  static final int IEEE802_11 = 5;

  /** IPv4 or IPv6: the first four bits tell. */
  static final int IP = 6;

  static final int IPV4 = 7;
  static final int IPV6 = 8;

  /** The IP protocol is in the cursor. */
  static final int TRANSPORT = 9;

  private Layer() {}

  static int end(DecodeCounter as) {
    return ~as.ordinal();
  }

  static DecodeCounter endOf(int layer) {
    return DecodeCounter.ALL[~layer];
  }
}
