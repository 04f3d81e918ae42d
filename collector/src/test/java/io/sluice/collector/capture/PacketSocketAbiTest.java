package io.sluice.collector.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers and offsets in {@link PacketSocketAbi} are those that a C compiler sees. */
class PacketSocketAbiTest {
  /** What C calls each constant whose name is not C's own. */
  private static final Map<String, String> IN_C =
      Map.ofEntries(
          Map.entry("TP_STATUS_TS_RAW_HARDWARE", "(int)TP_STATUS_TS_RAW_HARDWARE"),
          Map.entry("HWTSTAMP_BYTES", "sizeof(struct hwtstamp_config)"),
          Map.entry("HWTSTAMP_RX_FILTER", "offsetof(struct hwtstamp_config, rx_filter)"),
          Map.entry("IFREQ_BYTES", "sizeof(struct ifreq)"),
          Map.entry("IFREQ_NAME_BYTES", "IFNAMSIZ"),
          Map.entry("IFREQ_VALUE", "offsetof(struct ifreq, ifr_ifindex)"),
          Map.entry("REQUEST_BYTES", "sizeof(struct tpacket_req3)"),
          Map.entry("REQUEST_BLOCK_SIZE", "offsetof(struct tpacket_req3, tp_block_size)"),
          Map.entry("REQUEST_BLOCK_COUNT", "offsetof(struct tpacket_req3, tp_block_nr)"),
          Map.entry("REQUEST_FRAME_SIZE", "offsetof(struct tpacket_req3, tp_frame_size)"),
          Map.entry("REQUEST_FRAME_COUNT", "offsetof(struct tpacket_req3, tp_frame_nr)"),
          Map.entry("REQUEST_RETIRE_TIMEOUT", "offsetof(struct tpacket_req3, tp_retire_blk_tov)"),
          Map.entry("REQUEST_PRIVATE_SIZE", "offsetof(struct tpacket_req3, tp_sizeof_priv)"),
          Map.entry("REQUEST_FEATURES", "offsetof(struct tpacket_req3, tp_feature_req_word)"),
          Map.entry("BLOCK_HEADER_BYTES", "sizeof(struct tpacket_block_desc)"),
          Map.entry("BLOCK_STATUS", "offsetof(struct tpacket_block_desc, hdr.bh1.block_status)"),
          Map.entry("BLOCK_PACKET_COUNT", "offsetof(struct tpacket_block_desc, hdr.bh1.num_pkts)"),
          Map.entry(
              "BLOCK_FIRST_PACKET",
              "offsetof(struct tpacket_block_desc, hdr.bh1.offset_to_first_pkt)"),
          Map.entry("PACKET_HEADER_BYTES", "TPACKET_ALIGN(sizeof(struct tpacket3_hdr))"),
          Map.entry("PACKET_NEXT", "offsetof(struct tpacket3_hdr, tp_next_offset)"),
          Map.entry("PACKET_SECONDS", "offsetof(struct tpacket3_hdr, tp_sec)"),
          Map.entry("PACKET_NANOSECONDS", "offsetof(struct tpacket3_hdr, tp_nsec)"),
          Map.entry("PACKET_SNAP_LENGTH", "offsetof(struct tpacket3_hdr, tp_snaplen)"),
          Map.entry("PACKET_LENGTH", "offsetof(struct tpacket3_hdr, tp_len)"),
          Map.entry("PACKET_STATUS", "offsetof(struct tpacket3_hdr, tp_status)"),
          Map.entry("PACKET_MAC", "offsetof(struct tpacket3_hdr, tp_mac)"),
          Map.entry("PACKET_VLAN_TCI", "offsetof(struct tpacket3_hdr, hv1.tp_vlan_tci)"),
          Map.entry("ADDRESS_BYTES", "sizeof(struct sockaddr_ll)"),
          Map.entry("ADDRESS_FAMILY", "offsetof(struct sockaddr_ll, sll_family)"),
          Map.entry("ADDRESS_PROTOCOL", "offsetof(struct sockaddr_ll, sll_protocol)"),
          Map.entry("ADDRESS_INTERFACE", "offsetof(struct sockaddr_ll, sll_ifindex)"),
          Map.entry("ADDRESS_HARDWARE_TYPE", "offsetof(struct sockaddr_ll, sll_hatype)"),
          Map.entry("ADDRESS_PACKET_TYPE", "offsetof(struct sockaddr_ll, sll_pkttype)"),
          Map.entry("MEMBERSHIP_BYTES", "sizeof(struct packet_mreq)"),
          Map.entry("MEMBERSHIP_INTERFACE", "offsetof(struct packet_mreq, mr_ifindex)"),
          Map.entry("MEMBERSHIP_TYPE", "offsetof(struct packet_mreq, mr_type)"),
          Map.entry("STATISTICS_BYTES", "sizeof(struct tpacket_stats_v3)"),
          Map.entry("STATISTICS_PACKETS", "offsetof(struct tpacket_stats_v3, tp_packets)"),
          Map.entry("STATISTICS_DROPS", "offsetof(struct tpacket_stats_v3, tp_drops)"),
          Map.entry("STATISTICS_FREEZES", "offsetof(struct tpacket_stats_v3, tp_freeze_q_cnt)"));

  @TempDir Path folder;

  @Test
  void agreesWithTheHeadersOfThisMachine() throws Exception {
    Map<String, Long> java = new TreeMap<>();
    StringBuilder program =
        new StringBuilder(
            """
            #define _GNU_SOURCE
            #include <stddef.h>
            #include <stdio.h>
            #include <net/if.h>
            #include <sys/ioctl.h>
            #include <sys/socket.h>
            #include <linux/if_ether.h>
            #include <linux/if_packet.h>
            #include <linux/net_tstamp.h>
            #include <linux/sockios.h>
            int main(void) {
            """);
    for (Field field : PacketSocketAbi.class.getDeclaredFields()) {
      java.put(field.getName(), ((Number) field.get(null)).longValue());
      program.append(
          "printf(\"%s %%lld\\n\", (long long)(%s));\n"
              .formatted(field.getName(), IN_C.getOrDefault(field.getName(), field.getName())));
    }
    program.append("return 0;}\n");
    assertThat(printed(program.toString())).isEqualTo(java);
  }

  private Map<String, Long> printed(String program) throws IOException, InterruptedException {
    String compiler =
        Stream.of("clang", "gcc", "cc")
            .filter(PacketSocketAbiTest::exists)
            .findFirst()
            .orElse(null);
    assumeTrue(compiler != null, "SKIPPED LOUDLY: no C compiler (clang, gcc) to print the offsets");
    Path source = Files.writeString(folder.resolve("abi.c"), program);
    Path binary = folder.resolve("abi");
    run(List.of(compiler, "-o", binary.toString(), source.toString()));
    Map<String, Long> table = new TreeMap<>();
    for (String line : run(List.of(binary.toString())).lines().toList()) {
      String[] words = line.split(" ", 2);
      table.put(words[0], Long.parseLong(words[1]));
    }
    return table;
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static boolean exists(String command) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(part -> Files.isExecutable(Path.of(part, command)));
  }
}
