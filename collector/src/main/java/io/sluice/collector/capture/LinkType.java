package io.sluice.collector.capture;

/** What a frame's first byte is; the numbers are those of the tcpdump.org link-type registry. */
public enum LinkType {
  NULL(0),
  ETHERNET(1),
  PPP(9),
  PPP_HDLC(50),
  PPPOE(51),
  RAW(101),
  C_HDLC(104),
  IEEE802_11(105),
  LOOP(108),
  LINUX_SLL(113),
  RADIOTAP(127),
  ARCNET_LINUX(129),
  IPV4(228),
  IPV6(229),
  NFLOG(239),
  LINUX_SLL2(276),
  FDDI(10),
  ENC(109),
  PFLOG(117),
  PRISM(119),
  AVS(163),
  PPI(192),
  UNSUPPORTED(-1);

  private final int number;

  LinkType(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** UNSUPPORTED for a number that no constant has; 12 and 14 are older numbers of RAW. */
  public static LinkType of(int number) {
    if (number == 12 || number == 14) {
      return RAW;
    }
    for (LinkType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return UNSUPPORTED;
  }
}
