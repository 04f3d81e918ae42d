package io.sluice.collector.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fragments of IPv4 and IPv6, in any order, doubled, overlapping, late, cut, or never complete. */
final class FragmentTableTest {
  private static final String TEXT = "GET /fragmented HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final byte[] PACKET = segment(TEXT);

  private final PacketDecoder decoder = new PacketDecoder();
  private long nowNs = 1_700_000_000_000_000_000L;

  @AfterEach
  void everyFrameIsAccountedFor() {
    assertThat(DecodeCounter.unaccounted(decoder.counters())).isZero();
  }

  /**
   * @param at in the packet, a multiple of 8
   */
  private record Fragment(int identification, int at, byte[] bytes, boolean more) {}

  private static List<Fragment> inThree(int identification, byte[] packet) {
    return List.of(
        new Fragment(identification, 0, Arrays.copyOfRange(packet, 0, 24), true),
        new Fragment(identification, 24, Arrays.copyOfRange(packet, 24, 40), true),
        new Fragment(identification, 40, Arrays.copyOfRange(packet, 40, packet.length), false));
  }

  @Test
  void shouldPutFragmentsTogetherInEveryOrder() {
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    int identification = 1;
    for (boolean ipv6 : new boolean[] {false, true}) {
      for (int[] order : orders) {
        List<Fragment> parts = inThree(identification++, PACKET);
        assertThat(decode(ipv6, parts.get(order[0]))).isNull();
        assertThat(decode(ipv6, parts.get(order[1]))).isNull();
        assertThat(decode(ipv6, parts.get(order[2]))).isEqualTo(TEXT);
      }
    }
    assertThat(decoder.counters().get(DecodeCounter.REASSEMBLED)).isEqualTo(12);
    assertThat(decoder.counters().get(DecodeCounter.FRAGMENTS)).isEqualTo(24);
  }

  @Test
  void shouldKeepPacketsApart() {
    byte[] other = segment("GET /other HTTP/1.1\r\nHost: a\r\n\r\n....");
    List<Fragment> one = inThree(1, PACKET);
    List<Fragment> two = inThree(2, other);
    assertThat(decode(false, one.get(0))).isNull();
    assertThat(decode(false, two.get(0))).isNull();
    assertThat(decode(true, one.get(1))).isNull(); // another address family
    assertThat(decode(false, two.get(1))).isNull();
    assertThat(decode(false, one.get(2))).isNull();
    assertThat(decode(false, two.get(2))).startsWith("GET /other");
    assertThat(decode(false, one.get(1))).isEqualTo(TEXT);
  }

  @Test
  void shouldTakeAFragmentTwice() {
    List<Fragment> parts = inThree(1, PACKET);
    assertThat(decode(false, parts.get(0))).isNull();
    assertThat(decode(false, parts.get(0))).isNull();
    assertThat(decode(false, parts.get(2))).isNull();
    assertThat(decode(false, parts.get(1))).isEqualTo(TEXT);
  }

  @Test
  void shouldKeepTheByteThatCameFirst() {
    byte[] evil = segment(TEXT.replace("fragmented", "EVILEVIL!!"));
    List<Fragment> parts = inThree(1, PACKET);
    assertThat(decode(false, parts.get(0))).isNull();
    assertThat(decode(false, parts.get(1))).isNull();
    Fragment overlap = new Fragment(1, 24, Arrays.copyOfRange(evil, 24, evil.length), false);
    assertThat(decode(false, overlap)).isEqualTo(TEXT);
  }

  @Test
  void shouldForgetAPacketThatDoesNotBecomeWhole() {
    List<Fragment> parts = inThree(1, PACKET);
    assertThat(decode(false, parts.get(0))).isNull();
    nowNs += FragmentTable.TIMEOUT_NS + 1;
    assertThat(decode(false, parts.get(1))).isNull();
    assertThat(decode(false, parts.get(2))).isNull();
    assertThat(decoder.counters().get(DecodeCounter.FRAGMENT_SETS_DISCARDED)).isEqualTo(1);
    assertThat(decode(false, parts.get(0))).isEqualTo(TEXT);
  }

  @Test
  void shouldDropTheOldestAtTheBound() {
    List<Fragment> first = inThree(0, PACKET);
    assertThat(decode(false, first.get(0))).isNull();
    for (int i = 1; i <= FragmentTable.SETS; i++) {
      nowNs += 1000;
      assertThat(decode(false, inThree(i, PACKET).get(0))).isNull();
    }
    assertThat(decoder.counters().get(DecodeCounter.FRAGMENT_SETS_DISCARDED)).isEqualTo(1);
    List<Fragment> last = inThree(FragmentTable.SETS, PACKET);
    assertThat(decode(false, last.get(1))).isNull();
    assertThat(decode(false, last.get(2))).isEqualTo(TEXT);
    assertThat(decode(false, first.get(1))).isNull();
    assertThat(decode(false, first.get(2))).isNull(); // its start is gone
  }

  @Test
  void shouldNotUseWhatCannotBeAFragment() {
    List<Fragment> parts = inThree(1, PACKET);
    assertThat(decode(false, parts.get(0))).isNull();
    byte[] seven = Arrays.copyOfRange(PACKET, 24, 31);
    assertThat(decode(false, new Fragment(1, 24, seven, true))).isNull(); // not in eights
    assertThat(decode(false, new Fragment(1, 65_528, new byte[64], false))).isNull(); // too far
    assertThat(decode(false, new Fragment(1, 24, new byte[0], true))).isNull(); // nothing
    assertThat(decoder.counters().get(DecodeCounter.FRAGMENT_SETS_DISCARDED)).isEqualTo(3);
    assertThat(decode(false, parts.get(1))).isNull();
    assertThat(decode(false, parts.get(2))).isEqualTo(TEXT);
  }

  /** An IPv6 packet may have the header and be in one piece (RFC 6946). */
  @Test
  void shouldReadAnAtomicFragment() {
    assertThat(decode(true, new Fragment(1, 0, PACKET, false))).isEqualTo(TEXT);
    assertThat(decoder.counters().get(DecodeCounter.REASSEMBLED)).isZero();
  }

  @Test
  void shouldHoldNoMoreThanItsBound() {
    for (int i = 0; i < 10 * FragmentTable.SETS; i++) {
      nowNs += 1000;
      assertThat(decode(false, inThree(i, PACKET).get(2))).isNull();
    }
    assertThat(decoder.counters().get(DecodeCounter.FRAGMENT_SETS_DISCARDED))
        .isEqualTo(9 * FragmentTable.SETS);
  }

  private String decode(boolean ipv6, Fragment fragment) {
    byte[] bytes = ipv6 ? ipv6(fragment) : ipv4(fragment);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
      Frame frame = new Frame();
      frame.memory = memory;
      frame.capturedLength = bytes.length;
      frame.wireLength = bytes.length;
      frame.timestampNs = nowNs;
      frame.linkType = LinkType.RAW;
      frame.vlanTci = Frame.NO_VLAN;
      TcpSegment s = decoder.decode(frame);
      if (s == null) {
        return null;
      }
      byte[] payload =
          s.memory.asSlice(s.payloadOffset, s.capturedLength).toArray(ValueLayout.JAVA_BYTE);
      return new String(payload, StandardCharsets.US_ASCII);
    }
  }

  private static byte[] segment(String text) {
    ByteBuffer packet = ByteBuffer.allocate(20 + text.length());
    packet.putShort((short) 40_000).putShort((short) 80).putInt(1).putInt(2);
    packet.put((byte) 0x50).put((byte) 0x18).putShort((short) 0).putInt(0);
    return packet.put(text.getBytes(StandardCharsets.US_ASCII)).array();
  }

  private static byte[] ipv4(Fragment f) {
    ByteBuffer out = ByteBuffer.allocate(20 + f.bytes().length);
    out.put((byte) 0x45).put((byte) 0).putShort((short) out.capacity());
    out.putShort((short) f.identification());
    out.putShort((short) (f.at() / 8 | (f.more() ? 0x2000 : 0)));
    out.put((byte) 64).put((byte) 6).putShort((short) 0).putInt(0x0a000001).putInt(0x0a000002);
    return out.put(f.bytes()).array();
  }

  private static byte[] ipv6(Fragment f) {
    ByteBuffer out = ByteBuffer.allocate(48 + f.bytes().length);
    out.putInt(0x60000000).putShort((short) (8 + f.bytes().length)).put((byte) 44).put((byte) 64);
    out.putLong(0).putLong(1).putLong(0).putLong(2);
    out.put((byte) 6).put((byte) 0).putShort((short) (f.at() | (f.more() ? 1 : 0)));
    return out.putInt(f.identification()).put(f.bytes()).array();
  }
}
