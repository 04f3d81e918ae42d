package io.sluice.collector.capture;

/** What an interface's frames start with, by its number in linux/if_arp.h. */
final class HardwareType {
  private static final int ETHERNET = 1;
  private static final int LOOPBACK = 772;
  private static final int TUNNEL = 768;
  private static final int TUNNEL6 = 769;
  private static final int SIT = 776;
  private static final int IP_GRE = 778;
  private static final int IP6_GRE = 823;
  private static final int NONE = 0xfffe;

  private HardwareType() {}

  static LinkType linkType(int hardwareType) {
    return switch (hardwareType) {
      case ETHERNET, LOOPBACK -> LinkType.ETHERNET;
      case TUNNEL, TUNNEL6, SIT, IP_GRE, IP6_GRE, NONE -> LinkType.RAW;
      default -> LinkType.UNSUPPORTED;
    };
  }
}
