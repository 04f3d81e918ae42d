package io.sluice.collector.capture;

/** What a frame's first byte is; the numbers are those of the tcpdump.org link-type registry. */
public enum LinkType {
  NULL(0),
  ETHERNET(1),
  RAW(101),
  LOOP(108),
  LINUX_SLL(113),
  IPV4(228),
  IPV6(229),
  LINUX_SLL2(276),
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
