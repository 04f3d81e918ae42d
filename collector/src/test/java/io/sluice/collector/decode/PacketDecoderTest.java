package io.sluice.collector.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link type, tag and tunnel by hand: where the segment is, or why there is none. */
final class PacketDecoderTest {
  private static final String TEXT = "GET /";
  private static final String TCP =
      "9c401f90" + "00000001" + "00000002" + "50180000" + "00000000" + "474554202f";
  private static final String IPV4 = ipv4(6, TCP);
  private static final String IPV6 =
      "60000000" + "0019" + "0640" + "00".repeat(15) + "01" + "00".repeat(15) + "02" + TCP;
  private static final String MAC = "020000000001" + "020000000002";
  private static final String ETHERNET = MAC + "0800" + IPV4;
  private static final String SNAP = "aaaa03000000";
  private static final String WIRELESS = "0800" + "0000" + "01".repeat(18) + "0000";

  private record Case(LinkType link, String name, String hex, int tunnels) {
    @Override
    public String toString() {
      return link + " " + name;
    }
  }

  private record End(LinkType link, String name, String hex, DecodeCounter as) {
    @Override
    public String toString() {
      return link + " " + name;
    }
  }

  private static String ipv4(int protocol, String payload) {
    int length = 20 + payload.length() / 2;
    return "4500%04x0000000040%02x00000a0000010a000002".formatted(length, protocol) + payload;
  }

  private static String udp(int port, String payload) {
    return MAC + "0800" + ipv4(17, "1000%04x00000000".formatted(port) + payload);
  }

  private static String gre(String header, String payload) {
    return MAC + "0800" + ipv4(47, header + payload);
  }

  private static Case at(LinkType link, String name, String hex) {
    return new Case(link, name, hex, 0);
  }

  private static Case ethernet(String name, String hex) {
    return new Case(LinkType.ETHERNET, name, hex, 0);
  }

  private static Case tunnel(String name, String hex) {
    return new Case(LinkType.ETHERNET, name, hex, 1);
  }

  static List<Case> segments() {
    return List.of(
        ethernet("IPv4", ETHERNET),
        ethernet("IPv4, padded", ETHERNET + "00".repeat(9)),
        ethernet(
            "IPv4 with options",
            MAC + "0800" + "46000031000000004006" + "0000" + "0a0000010a000002" + "01010100" + TCP),
        ethernet(
            "IPv4 without length: segmentation offload", ETHERNET.replace("45000031", "45000000")),
        ethernet("IPv6", MAC + "86dd" + IPV6),
        ethernet(
            "IPv6 with extension headers",
            MAC
                + "86dd"
                + "60000000"
                + "0039"
                + "0040"
                + "00".repeat(15)
                + "01"
                + "00".repeat(15)
                + "02"
                + "2b00010400000000"
                + "3c00000400000000"
                + "3300010400000000"
                + "0600010400000000"
                + TCP),
        ethernet("VLAN", MAC + "81000005" + "0800" + IPV4),
        ethernet("QinQ", MAC + "88a80005" + "81000006" + "0800" + IPV4),
        ethernet("the older QinQ", MAC + "91000005" + "81000006" + "86dd" + IPV6),
        ethernet("802.3 with SNAP", MAC + "0039" + SNAP + "0800" + IPV4),
        ethernet("802.3 with IP's access point", MAC + "0034" + "060603" + IPV4),
        ethernet("MPLS", MAC + "8847" + "00001000" + "00002100" + IPV4),
        ethernet("pseudowire", MAC + "8848" + "00002100" + "00000000" + ETHERNET),
        ethernet("pseudowire without control word", MAC + "8847" + "00002100" + ETHERNET),
        ethernet("PPPoE", MAC + "8864" + "11000001" + "0033" + "0021" + IPV4),
        ethernet("PPPoE, IPv6", MAC + "8864" + "11000001" + "0043" + "0057" + IPV6),
        ethernet("provider backbone", MAC + "88a80001" + "88e7" + "00000001" + ETHERNET),
        ethernet("FabricPath", MAC + "8903" + "0001" + ETHERNET),
        ethernet("VN-Tag", MAC + "8926" + "00000001" + "0800" + IPV4),
        ethernet("network service header", MAC + "894f" + "00020101" + "00000100" + IPV4),
        ethernet("Ethernet in Ethernet", MAC + "6558" + ETHERNET),
        at(LinkType.RAW, "IPv4", IPV4),
        at(LinkType.RAW, "IPv6", IPV6),
        at(LinkType.IPV4, "", IPV4),
        at(LinkType.IPV6, "", IPV6),
        at(LinkType.NULL, "little-endian", "02000000" + IPV4),
        at(LinkType.NULL, "big-endian", "00000002" + IPV4),
        at(LinkType.NULL, "IPv6 of FreeBSD", "1c000000" + IPV6),
        at(LinkType.LOOP, "", "00000002" + IPV4),
        at(LinkType.LINUX_SLL, "", "0000" + "0001" + "0006" + "0200000000010000" + "0800" + IPV4),
        at(
            LinkType.LINUX_SLL,
            "VLAN",
            "0000" + "0001" + "0006" + "0200000000010000" + "81000005" + "86dd" + IPV6),
        at(
            LinkType.LINUX_SLL,
            "802.2",
            "0000" + "0001" + "0006" + "0200000000010000" + "0004" + SNAP + "0800" + IPV4),
        at(
            LinkType.LINUX_SLL2,
            "",
            "0800" + "0000" + "00000001" + "0001" + "00" + "06" + "0200000000010000" + IPV4),
        at(
            LinkType.LINUX_SLL2,
            "802.2",
            "0004"
                + "0000"
                + "00000001"
                + "0001"
                + "0006"
                + "0200000000010000"
                + SNAP
                + "0800"
                + IPV4),
        at(LinkType.PPP, "with address and control", "ff03" + "0021" + IPV4),
        at(LinkType.PPP, "compressed", "21" + IPV4),
        at(LinkType.PPP_HDLC, "", "ff03" + "0057" + IPV6),
        at(LinkType.PPP_HDLC, "as Cisco's", "0f00" + "0800" + IPV4),
        at(LinkType.PPPOE, "", "11000001" + "0033" + "0021" + IPV4),
        at(LinkType.C_HDLC, "", "0f00" + "0800" + IPV4),
        at(LinkType.IEEE802_11, "", WIRELESS + SNAP + "0800" + IPV4),
        at(
            LinkType.IEEE802_11,
            "QoS",
            "8801" + WIRELESS.substring(4) + "0000" + SNAP + "0800" + IPV4),
        at(
            LinkType.IEEE802_11,
            "QoS, an aggregate",
            "8801" + WIRELESS.substring(4) + "8000" + MAC + "0039" + SNAP + "0800" + IPV4),
        at(
            LinkType.IEEE802_11,
            "four addresses",
            "0803" + WIRELESS.substring(4) + "030303030303" + SNAP + "86dd" + IPV6),
        at(LinkType.RADIOTAP, "", "0000" + "0800" + "00000000" + WIRELESS + SNAP + "0800" + IPV4),
        at(
            LinkType.RADIOTAP,
            "padded, behind a timer",
            "0000"
                + "1900"
                + "03000000"
                + "00".repeat(8)
                + "20"
                + "00".repeat(8)
                + "8801"
                + WIRELESS.substring(4)
                + "0000"
                + "0000"
                + SNAP
                + "0800"
                + IPV4),
        at(LinkType.NFLOG, "", "02000000" + "08000100" + "00000000" + "35000900" + IPV4),
        at(LinkType.ARCNET_LINUX, "", "0102" + "0304" + "d4" + "000000" + IPV4),
        at(LinkType.FDDI, "", "50" + MAC + SNAP + "0800" + IPV4),
        at(LinkType.ENC, "", "02000000" + "00000001" + "00000000" + IPV4),
        at(LinkType.PFLOG, "", "3d" + "02".repeat(60) + "000000" + IPV4),
        at(
            LinkType.PRISM,
            "",
            "44000000" + "90000000" + "00".repeat(136) + WIRELESS + SNAP + "0800" + IPV4),
        at(
            LinkType.AVS,
            "",
            "80211001" + "00000040" + "00".repeat(56) + WIRELESS + SNAP + "0800" + IPV4),
        at(LinkType.PPI, "802.11", "0000" + "0800" + "69000000" + WIRELESS + SNAP + "0800" + IPV4),
        at(LinkType.PPI, "Ethernet", "0000" + "0c00" + "01000000" + "00000000" + ETHERNET),
        tunnel("IP in IP", MAC + "0800" + ipv4(4, IPV4)),
        tunnel("IPv6 in IPv4", MAC + "0800" + ipv4(41, IPV6)),
        tunnel("GRE", gre("00000800", IPV4)),
        tunnel(
            "GRE with checksum, key and number",
            gre("b0000800" + "00000000" + "00000001" + "00000002", IPV4)),
        tunnel("GRE with Ethernet", gre("00006558", ETHERNET)),
        tunnel("PPTP", gre("3081880b" + "00330001" + "00000001" + "00000002", "ff030021" + IPV4)),
        tunnel("ERSPAN, type I", gre("000088be", ETHERNET)),
        tunnel("ERSPAN, type II", gre("100088be" + "00000001", "1001000100000001" + ETHERNET)),
        tunnel("ERSPAN, type III", gre("100022eb" + "00000001", "20".repeat(11) + "00" + ETHERNET)),
        tunnel("WCCP", gre("0000883e", IPV4)),
        tunnel("WCCP, version 2", gre("0000883e", "01000000" + IPV4)),
        tunnel("EtherIP", MAC + "0800" + ipv4(97, "3000" + ETHERNET)),
        tunnel("MPLS in IP", MAC + "0800" + ipv4(137, "00002100" + IPV4)),
        tunnel("VXLAN", udp(4789, "0800000000000100" + ETHERNET)),
        tunnel("VXLAN-GPE", udp(4790, "0c00000100000100" + IPV4)),
        tunnel("Geneve", udp(6081, "0100655800000100" + "00000000" + ETHERNET)),
        tunnel("GTP-U", udp(2152, "30ff003100000001" + IPV4)),
        tunnel("GTP-U, extended", udp(2152, "34ff003900000001" + "00010085" + "01000100" + IPV4)),
        tunnel("Teredo", udp(3544, IPV6)),
        tunnel(
            "Teredo with its indications",
            udp(3544, "0001" + "0000" + "00".repeat(9) + "0000" + "0f0f" + "00000000" + IPV6)),
        tunnel("AYIYA", udp(5072, "44" + "52" + "11" + "29" + "00".repeat(40) + IPV6)),
        tunnel("L2TP", udp(1701, "0002" + "00010001" + "ff030021" + IPV4)),
        tunnel(
            "L2TP with all its fields",
            udp(1701, "4a02" + "0041" + "00010001" + "00010002" + "0002" + "0000" + "0021" + IPV4)),
        tunnel("GRE in UDP", udp(4754, "00000800" + IPV4)),
        tunnel("MPLS in UDP", udp(6635, "00002100" + IPV4)),
        tunnel("LISP", udp(4341, "8000000100000001" + IPV4)),
        tunnel("TZSP", udp(37_008, "01000001" + "00" + "0a0155" + "01" + ETHERNET)),
        tunnel(
            "a tunnel in a tunnel",
            udp(4789, "0800000000000100" + MAC + "0800" + ipv4(47, "00000800" + ipv4(4, IPV4)))));
  }

  static List<End> ends() {
    return List.of(
        end("ARP", MAC + "0806" + "00".repeat(28), DecodeCounter.NOT_IP),
        end("spanning tree", MAC + "0026" + "424203" + "00".repeat(35), DecodeCounter.NOT_IP),
        end("PPPoE's control", MAC + "8864" + "11000001" + "0008" + "c021", DecodeCounter.NOT_IP),
        end("a version of its own", MAC + "0800" + "7".repeat(60), DecodeCounter.MALFORMED),
        end("a short header", MAC + "0800" + "44" + IPV4.substring(2), DecodeCounter.MALFORMED),
        end(
            "less than its header",
            MAC + "0800" + "45000010" + IPV4.substring(8),
            DecodeCounter.MALFORMED),
        end(
            "TCP longer than its packet",
            ETHERNET.replace("50180000", "f0180000"),
            DecodeCounter.MALFORMED),
        end(
            "TCP shorter than its header",
            ETHERNET.replace("50180000", "40180000"),
            DecodeCounter.MALFORMED),
        end("cut in Ethernet", MAC, DecodeCounter.TRUNCATED),
        end("cut in IPv4", ETHERNET.substring(0, 60), DecodeCounter.TRUNCATED),
        end("cut in IPv6", MAC + "86dd" + IPV6.substring(0, 60), DecodeCounter.TRUNCATED),
        end("cut in TCP", ETHERNET.substring(0, 100), DecodeCounter.TRUNCATED),
        end("UDP", udp(53, "00".repeat(20)), DecodeCounter.DATAGRAMS),
        end(
            "a port of VXLAN and nothing else",
            udp(4789, "00".repeat(30)),
            DecodeCounter.DATAGRAMS),
        end("a port of GTP and nothing else", udp(2152, "ff".repeat(30)), DecodeCounter.DATAGRAMS),
        end(
            "a port of TZSP and nothing else",
            udp(37_008, "01000001" + "0aff"),
            DecodeCounter.DATAGRAMS),
        end("ICMP", MAC + "0800" + ipv4(1, "08000000"), DecodeCounter.OTHER_TRANSPORT),
        end("SCTP", MAC + "0800" + ipv4(132, "00".repeat(12)), DecodeCounter.OTHER_TRANSPORT),
        end("ESP", MAC + "0800" + ipv4(50, "00".repeat(20)), DecodeCounter.ENCRYPTED),
        end("five tags", MAC + "81000001".repeat(5) + "0800" + IPV4, DecodeCounter.TOO_DEEP),
        end("labels without end", MAC + "8847" + "00000000".repeat(20), DecodeCounter.TOO_DEEP),
        end("IP in IP in IP ...", deep(), DecodeCounter.TOO_DEEP),
        new End(
            LinkType.IEEE802_11,
            "protected",
            "0840" + WIRELESS.substring(4),
            DecodeCounter.ENCRYPTED),
        new End(
            LinkType.IEEE802_11, "a beacon", "8000" + WIRELESS.substring(4), DecodeCounter.NOT_IP),
        new End(LinkType.PPI, "in itself", "00000800c0000000", DecodeCounter.MALFORMED),
        new End(LinkType.UNSUPPORTED, "", ETHERNET, DecodeCounter.UNSUPPORTED_LINK));
  }

  private static End end(String name, String hex, DecodeCounter as) {
    return new End(LinkType.ETHERNET, name, hex, as);
  }

  private static String deep() {
    String packet = IPV4;
    for (int i = 0; i < PacketDecoder.MAX_LAYERS; i++) {
      packet = ipv4(4, packet);
    }
    return MAC + "0800" + packet;
  }

  @ParameterizedTest
  @MethodSource("segments")
  void shouldFindTheSegment(Case c) {
    PacketDecoder decoder = new PacketDecoder();
    byte[] bytes = HexFormat.of().parseHex(c.hex());
    try (Arena arena = Arena.ofConfined()) {
      TcpSegment s = decoder.decode(frame(arena, c.link(), bytes, bytes.length));
      assertThat(s).as(decoder.counters()::toString).isNotNull();
      byte[] payload =
          s.memory.asSlice(s.payloadOffset, s.capturedLength).toArray(ValueLayout.JAVA_BYTE);
      assertThat(new String(payload, StandardCharsets.US_ASCII)).isEqualTo(TEXT);
      assertThat(s.payloadLength).isEqualTo(TEXT.length());
      assertThat(s.sourcePort).isEqualTo(40_000);
      assertThat(s.destinationPort).isEqualTo(8080);
      assertThat(s.sequence).isEqualTo(1);
      assertThat(s.acknowledgement).isEqualTo(2);
      boolean ipv6 = s.sourceLow == 1 && s.destinationLow == 2;
      boolean ipv4 =
          s.sourceLow == (TcpSegment.MAPPED_IPV4 | 0x0a000001)
              && s.destinationLow == (TcpSegment.MAPPED_IPV4 | 0x0a000002);
      assertThat(ipv6 || ipv4).isTrue();
    }
    assertThat(decoder.counters().get(DecodeCounter.TUNNELLED)).isEqualTo(c.tunnels());
    assertThat(DecodeCounter.unaccounted(decoder.counters())).isZero();
  }

  /** Cut anywhere a frame is a shorter segment, or counted; what is missing is known. */
  @ParameterizedTest
  @MethodSource("segments")
  void shouldTakeAFrameThatIsCutAnywhere(Case c) {
    PacketDecoder decoder = new PacketDecoder();
    byte[] bytes = HexFormat.of().parseHex(c.hex());
    for (int captured = 0; captured < bytes.length; captured++) {
      try (Arena arena = Arena.ofConfined()) {
        TcpSegment s = decoder.decode(frame(arena, c.link(), bytes, captured));
        if (s != null) {
          assertThat(s.payloadLength).isEqualTo(TEXT.length());
          assertThat(s.capturedLength).isBetween(0, TEXT.length());
        }
      }
    }
    assertThat(decoder.counters().get(DecodeCounter.FRAMES)).isEqualTo(bytes.length);
    assertThat(decoder.counters().get(DecodeCounter.SEGMENTS)).isGreaterThanOrEqualTo(5);
    assertThat(DecodeCounter.unaccounted(decoder.counters())).isZero();
  }

  @ParameterizedTest
  @MethodSource("ends")
  void shouldCountWhatHoldsNoSegment(End c) {
    PacketDecoder decoder = new PacketDecoder();
    byte[] bytes = HexFormat.of().parseHex(c.hex());
    try (Arena arena = Arena.ofConfined()) {
      assertThat(decoder.decode(frame(arena, c.link(), bytes, bytes.length))).isNull();
    }
    assertThat(
            Stream.of(DecodeCounter.values())
                .filter(counter -> counter != DecodeCounter.FRAMES)
                .filter(counter -> decoder.counters().get(counter) > 0))
        .containsExactly(c.as());
  }

  private static Frame frame(Arena arena, LinkType link, byte[] bytes, int captured) {
    MemorySegment memory = arena.allocate(Math.max(1, captured)); // of exactly the frame
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, captured);
    Frame frame = new Frame();
    frame.memory = memory.asSlice(0, captured);
    frame.offset = 0;
    frame.capturedLength = captured;
    frame.wireLength = bytes.length;
    frame.timestampNs = 1_700_000_000_000_000_000L;
    frame.linkType = link;
    frame.vlanTci = Frame.NO_VLAN;
    return frame;
  }
}
