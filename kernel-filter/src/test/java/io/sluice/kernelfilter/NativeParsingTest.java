package io.sluice.kernelfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The C headers under sanitizers, and against their Java forms. */
class NativeParsingTest {
  private static final String GET = "GET /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";

  @Test
  void bothSidesShareOneLayout() throws Exception {
    Map<String, Integer> layout =
        NativeParsing.run("layout", List.of())
            .lines()
            .map(line -> line.split("="))
            .collect(Collectors.toMap(parts -> parts[0], parts -> Integer.valueOf(parts[1])));

    assertThat(layout)
        .containsEntry("session_key", SessionLayout.KEY_BYTES)
        .containsEntry("session_key.low_address", SessionLayout.KEY_LOW_ADDRESS_OFFSET)
        .containsEntry("session_key.high_address", SessionLayout.KEY_HIGH_ADDRESS_OFFSET)
        .containsEntry("session_key.low_port", SessionLayout.KEY_LOW_PORT_OFFSET)
        .containsEntry("session_key.high_port", SessionLayout.KEY_HIGH_PORT_OFFSET)
        .containsEntry("session", SessionLayout.VALUE_BYTES)
        .containsEntry("session.first_seen_ns", SessionLayout.FIRST_SEEN_NS_OFFSET)
        .containsEntry("session.last_seen_ns", SessionLayout.LAST_SEEN_NS_OFFSET)
        .containsEntry("session.packets", SessionLayout.PACKETS_OFFSET)
        .containsEntry("session.bytes", SessionLayout.BYTES_OFFSET)
        .containsEntry("session.sent_by", SessionLayout.SENT_BY_OFFSET)
        .containsEntry("filter_config", ConfigLayout.BYTES)
        .containsEntry("filter_config.idle_timeout_ns", ConfigLayout.IDLE_TIMEOUT_NS_OFFSET)
        .containsEntry("filter_config.starts_open", ConfigLayout.STARTS_OPEN_OFFSET)
        .containsEntry("filter_config.trims", ConfigLayout.TRIMS_OFFSET)
        .containsEntry("filter_config.tunnels", ConfigLayout.TUNNELS_OFFSET)
        .containsEntry("filter_config.direction", ConfigLayout.DIRECTION_OFFSET)
        .containsEntry("filter_config.port_lists", ConfigLayout.PORT_LISTS_OFFSET)
        .containsEntry("filter_config.prefix_lists", ConfigLayout.PREFIX_LISTS_OFFSET)
        .containsEntry("filter_config.vxlan_port", ConfigLayout.VXLAN_PORT_OFFSET)
        .containsEntry("filter_config.sampled_below", ConfigLayout.SAMPLED_BELOW_OFFSET)
        .containsEntry("port_marks", ConfigLayout.PORT_MARK_BYTES)
        .containsEntry("prefix_key", ConfigLayout.PREFIX_BYTES)
        .containsEntry("prefix_key.bits", ConfigLayout.PREFIX_BITS_OFFSET)
        .containsEntry("prefix_key.address", ConfigLayout.PREFIX_ADDRESS_OFFSET)
        .containsEntry("MARK_INCLUDED", Selection.INCLUDED)
        .containsEntry("MARK_EXCLUDED", Selection.EXCLUDED)
        .containsEntry("TO_SERVER", FilterOptions.Direction.TO_SERVER.ordinal())
        .containsEntry("TO_CLIENT", FilterOptions.Direction.TO_CLIENT.ordinal())
        .containsEntry("TUNNEL_IP", 1 << Tunnels.Kind.IP.ordinal())
        .containsEntry("TUNNEL_GRE", 1 << Tunnels.Kind.GRE.ordinal())
        .containsEntry("TUNNEL_VXLAN", 1 << Tunnels.Kind.VXLAN.ordinal())
        .containsEntry("counters", FilterCounter.values().length);
    for (FilterCounter counter : FilterCounter.values()) {
      assertThat(layout).containsEntry("counter." + counter.name(), counter.ordinal());
    }
  }

  @Test
  void readsNothingPastTheEndOfAFrameCutAnywhere() throws Exception {
    List<byte[]> frames = new ArrayList<>();
    frames.add(Frames.request(GET).build());
    frames.add(Frames.request(GET).ipOptions(10).tcpOptions(10).build());
    frames.add(Frames.request(GET).vlan(0x88a8, 1).vlan(0x8100, 2).build());
    frames.add(
        Frames.request(GET)
            .between("fd00::1", 1, "fd00::2", 2)
            .extensions(0, 43, 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 1, 0, 0, 0, 9)
            .build());
    Frames v6 = Frames.request(GET).between("fd00::1", 1, "fd00::2", 2);
    for (Frames inside : List.of(Frames.request(GET).vlan(0x8100, 3).tcpOptions(3), v6)) {
      frames.add(inside.inVxlan(4789, 77).build());
      frames.add(inside.inVxlan(4789, 77).between("fd00::3", 0, "fd00::4", 0).build());
      for (int flags : new int[] {0, 0x2000, 0xb000, 0xf000}) {
        frames.add(inside.inGre(flags, 5).build());
        frames.add(inside.inGreTap(flags, 5).build());
        frames.add(inside.inGre(flags, 5).between("fd00::3", 0, "fd00::4", 0).build());
      }
      frames.add(inside.inIp().build());
      frames.add(inside.inIp().between("fd00::3", 0, "fd00::4", 0).build());
      frames.add(inside.inIp().inIp().build());
    }
    Random random = new Random(1);
    for (int seed = 0; seed < 4; seed++) {
      var mix = new Conversation.Mix(6, 3_000, 3_000, 0, 50, 50, 0, true);
      Conversation conversation = new Conversation(new Random(seed), mix);
      for (Conversation.Segment segment : conversation.segments) {
        frames.add(conversation.frame(segment));
      }
    }
    // The same with bytes changed at random: lengths that lie.
    for (byte[] frame : List.copyOf(frames)) {
      byte[] changed = frame.clone();
      for (int i = 0; i < 4; i++) {
        changed[12 + random.nextInt(Math.min(90, changed.length - 12))] = (byte) random.nextInt();
      }
      frames.add(changed);
    }

    String segments = NativeParsing.run("truncate", frames);

    assertThat(Long.parseLong(segments.strip())).isGreaterThan(frames.size());
  }

  @Test
  void admissionIsTheSameInCAndJava() throws Exception {
    List<byte[]> payloads = new ArrayList<>();
    for (String text :
        List.of(
            "",
            "G",
            "GET",
            "GET ",
            "GET /",
            "GET 1",
            "GETX/",
            "HTTP/",
            "HTTP",
            "HTTQ/",
            " GET /",
            "CONNECT 1.2.3.4:5",
            "CONNECT [::1]:5",
            "CONNECX 1",
            "CONNECT ",
            "OPTIONS * HTTP/1.1",
            "PRI * HTTP/2.0",
            "A".repeat(24) + " /",
            "A".repeat(25) + " /",
            "a!#$%&'*+-.^_`|~9 x",
            "GET\t/",
            "GET \0",
            "\u0080 /",
            "A".repeat(24),
            "A".repeat(40))) {
      payloads.add(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    Random random = new Random(2);
    String alphabet = "GETHP/ *[az09\0\n~";
    for (int i = 0; i < 20_000; i++) {
      byte[] payload = new byte[1 + random.nextInt(34)];
      for (int at = 0; at < payload.length; at++) {
        payload[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      }
      payloads.add(payload);
    }

    compareAdmission(payloads);
  }

  @Test
  void admissionIsTheSameOverEveryCapture() throws Exception {
    List<byte[]> payloads = new ArrayList<>();
    for (var file : Captures.all()) {
      Captures.read(
          file,
          (linkType, bytes, wireLength) -> {
            // What the rule is asked of a frame does not depend on where its payload truly starts.
            for (int at : new int[] {0, 14, 42, 54, 66}) {
              if (at < bytes.length) {
                payloads.add(
                    java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 40)));
              }
            }
          });
    }

    compareAdmission(payloads);
  }

  private static void compareAdmission(List<byte[]> payloads) throws Exception {
    StringBuilder java = new StringBuilder();
    for (byte[] payload : payloads) {
      MemorySegment memory = MemorySegment.ofArray(payload);
      java.append(AdmissionRule.admits(memory, 0, payload.length) ? '1' : '0');
    }
    String c = NativeParsing.run("admit", payloads);
    assertThat(c).hasSize(payloads.size());
    for (int i = 0; i < payloads.size(); i++) {
      if (c.charAt(i) != java.charAt(i)) {
        assertThat(java.charAt(i))
            .as(new String(payloads.get(i), StandardCharsets.ISO_8859_1))
            .isEqualTo(c.charAt(i));
      }
    }
    assertThat(c).contains("1").contains("0");
  }
}
