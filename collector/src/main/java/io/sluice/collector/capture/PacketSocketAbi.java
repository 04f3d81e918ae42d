package io.sluice.collector.capture;

/**
 * Numbers, structure sizes and field offsets of linux/if_packet.h and net/if.h, bytes. A test
 * compiles a C program that prints the same table and compares.
 */
final class PacketSocketAbi {
  static final int AF_PACKET = 17;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int ETH_P_ALL = 3;
  static final int SOL_PACKET = 263;
  static final int PACKET_ADD_MEMBERSHIP = 1;
  static final int PACKET_RX_RING = 5;
  static final int PACKET_STATISTICS = 6;
  static final int PACKET_VERSION = 10;
  static final int PACKET_TIMESTAMP = 17;
  static final int PACKET_FANOUT = 18;
  static final int PACKET_IGNORE_OUTGOING = 23;
  static final int TPACKET_V3 = 2;
  static final int PACKET_MR_PROMISC = 1;
  static final int PACKET_FANOUT_EBPF = 7;
  static final int PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;

  static final int TP_STATUS_KERNEL = 0;
  static final int TP_STATUS_USER = 1;
  static final int TP_STATUS_CSUMNOTREADY = 1 << 3;
  static final int TP_STATUS_VLAN_VALID = 1 << 4;
  static final int TP_STATUS_CSUM_VALID = 1 << 7;
  static final int TP_STATUS_TS_RAW_HARDWARE = 1 << 31;

  static final byte PACKET_OUTGOING = 4;

  /** What PACKET_TIMESTAMP takes; the kernel's own time stands in where there is none. */
  static final int SOF_TIMESTAMPING_RAW_HARDWARE = 1 << 6;

  static final int SIOCSHWTSTAMP = 0x89b0;
  static final int HWTSTAMP_FILTER_ALL = 1;

  /** struct hwtstamp_config. */
  static final int HWTSTAMP_BYTES = 12;

  static final int HWTSTAMP_RX_FILTER = 8;

  static final int SIOCGIFFLAGS = 0x8913;
  static final int SIOCGIFINDEX = 0x8933;
  static final int IFF_UP = 1;

  /** struct ifreq. */
  static final int IFREQ_BYTES = 40;

  static final int IFREQ_NAME_BYTES = 16;
  static final int IFREQ_VALUE = 16;

  /** struct tpacket_req3. */
  static final int REQUEST_BYTES = 28;

  static final int REQUEST_BLOCK_SIZE = 0;
  static final int REQUEST_BLOCK_COUNT = 4;
  static final int REQUEST_FRAME_SIZE = 8;
  static final int REQUEST_FRAME_COUNT = 12;
  static final int REQUEST_RETIRE_TIMEOUT = 16;
  static final int REQUEST_PRIVATE_SIZE = 20;
  static final int REQUEST_FEATURES = 24;

  /** struct tpacket_block_desc with its struct tpacket_hdr_v1. */
  static final int BLOCK_HEADER_BYTES = 48;

  static final int BLOCK_STATUS = 8;
  static final int BLOCK_PACKET_COUNT = 12;
  static final int BLOCK_FIRST_PACKET = 16;

  /** struct tpacket3_hdr, after which stands a struct sockaddr_ll. */
  static final int PACKET_HEADER_BYTES = 48;

  static final int PACKET_NEXT = 0;
  static final int PACKET_SECONDS = 4;
  static final int PACKET_NANOSECONDS = 8;
  static final int PACKET_SNAP_LENGTH = 12;
  static final int PACKET_LENGTH = 16;
  static final int PACKET_STATUS = 20;
  static final int PACKET_MAC = 24;
  static final int PACKET_VLAN_TCI = 32;

  /** struct sockaddr_ll. */
  static final int ADDRESS_BYTES = 20;

  static final int ADDRESS_FAMILY = 0;
  static final int ADDRESS_PROTOCOL = 2;
  static final int ADDRESS_INTERFACE = 4;
  static final int ADDRESS_HARDWARE_TYPE = 8;
  static final int ADDRESS_PACKET_TYPE = 10;

  /** struct packet_mreq. */
  static final int MEMBERSHIP_BYTES = 16;

  static final int MEMBERSHIP_INTERFACE = 0;
  static final int MEMBERSHIP_TYPE = 4;

  /** struct tpacket_stats_v3. */
  static final int STATISTICS_BYTES = 12;

  static final int STATISTICS_PACKETS = 0;
  static final int STATISTICS_DROPS = 4;
  static final int STATISTICS_FREEZES = 8;

  private PacketSocketAbi() {}
}
