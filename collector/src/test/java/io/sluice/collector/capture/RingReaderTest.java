package io.sluice.collector.capture;

import static io.sluice.collector.capture.PacketSocketAbi.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.counters.Counters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ring's blocks made by hand in a plain segment, as the kernel lays them out. */
class RingReaderTest {
  private static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 3;
  private static final int MAC = 80;

  private final MemorySegment ring = Arena.ofAuto().allocate((long) BLOCK_BYTES * BLOCKS, 8);
  private final Counters<CaptureCounter> counters = new Counters<>(CaptureCounter.class);
  private final List<String> seen = new ArrayList<>();
  private final FrameHandler handler = frame -> seen.add(describe(frame));

  @Test
  void readsBlocksInOrderAndGivesThemBack() {
    RingReader reader = new RingReader(ring, BLOCK_BYTES, false, counters);
    assertThat(reader.readBlock(handler)).isFalse();
    fill(0, packet("one", 0), packet("two", 0));
    fill(1, packet("three", 0));
    assertThat(reader.readBlock(handler)).isTrue();
    assertThat(status(0)).isEqualTo(TP_STATUS_KERNEL);
    assertThat(status(1)).isEqualTo(TP_STATUS_USER);
    assertThat(reader.readBlock(handler)).isTrue();
    assertThat(reader.readBlock(handler)).isFalse();
    fill(2, packet("four", 0));
    fill(0, packet("five", 0));
    while (reader.readBlock(handler)) {}
    assertThat(seen)
        .extracting(s -> s.substring(0, s.indexOf(' ')))
        .containsExactly("one", "two", "three", "four", "five");
    assertThat(counters.get(CaptureCounter.FRAMES_READ)).isEqualTo(5);
    assertThat(counters.get(CaptureCounter.BLOCKS_READ)).isEqualTo(4);
    assertThat(reader.lastTimestampNs()).isEqualTo(7_000_000_009L);
  }

  @Test
  void tellsTagTimeLengthsAndChecksumState() {
    RingReader reader = new RingReader(ring, BLOCK_BYTES, false, counters);
    Packet tagged = packet("tag", TP_STATUS_VLAN_VALID | TP_STATUS_CSUMNOTREADY);
    Packet timed = packet("card", TP_STATUS_CSUM_VALID | TP_STATUS_TS_RAW_HARDWARE);
    fill(0, tagged.cutFrom(1500), packet("raw", 0).of(0xfffe), timed);
    reader.readBlock(handler);
    assertThat(seen)
        .containsExactly(
            "tag 1500 7000000009 ETHERNET vlan=8233 checksumOpen=false",
            "raw 3 7000000009 RAW vlan=-1 checksumOpen=true",
            "card 4 7000000009 ETHERNET vlan=-1 checksumOpen=false");
    assertThat(counters.get(CaptureCounter.FRAMES_TIMED_BY_CARD)).isEqualTo(1);
    assertThat(counters.get(CaptureCounter.FRAMES_TRIMMED)).isEqualTo(1);
    assertThat(counters.get(CaptureCounter.BYTES_READ)).isEqualTo(10);
    assertThat(counters.get(CaptureCounter.BYTES_ON_WIRE)).isEqualTo(1507);
  }

  /** The filter's own cut can't reach a block's end: frames of at most 64 KiB fit in any block. */
  @Test
  void tellsFramesThatDidNotFitFromThoseThatTheFilterCut() {
    RingReader reader = new RingReader(ring, BLOCK_BYTES, false, counters);
    int room = BLOCK_BYTES - BLOCK_HEADER_BYTES - MAC;
    fill(0, packet("x".repeat(room), 0).cutFrom(70_000));
    fill(1, packet("x".repeat(room - 1), 0).cutFrom(70_000));
    fill(2, packet("x".repeat(room), 0));
    while (reader.readBlock(handler)) {}
    assertThat(counters.get(CaptureCounter.FRAMES_TRUNCATED)).isEqualTo(1);
    assertThat(counters.get(CaptureCounter.FRAMES_TRIMMED)).isEqualTo(1);
    assertThat(counters.get(CaptureCounter.FRAMES_READ)).isEqualTo(3);
  }

  @Test
  void leavesOutOutgoingCopiesWhereTheKernelCannot() {
    RingReader reader = new RingReader(ring, BLOCK_BYTES, true, counters);
    fill(0, packet("sent", 0).outgoing(), packet("came", 0));
    reader.readBlock(handler);
    assertThat(seen).singleElement().asString().startsWith("came");
    assertThat(counters.get(CaptureCounter.FRAMES_OUTGOING)).isEqualTo(1);
  }

  @Test
  void givesTheBlockBackWhenTheHandlerThrows() {
    RingReader reader = new RingReader(ring, BLOCK_BYTES, false, counters);
    fill(0, packet("one", 0));
    assertThatThrownBy(() ->
            reader.readBlock(frame -> {
              throw new IllegalStateException("planted");
            }))
        .hasMessage("planted");
    assertThat(status(0)).isEqualTo(TP_STATUS_KERNEL);
    assertThat(reader.readBlock(handler)).isFalse();
  }

  @Test
  void neverReadsOutsideItsBlock() {
    for (int field : new int[] {PACKET_NEXT, PACKET_SNAP_LENGTH}) {
      for (int value : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, BLOCK_BYTES}) {
        RingReader reader = new RingReader(ring, BLOCK_BYTES, false, counters);
        fill(0, packet("one", 0), packet("two", 0));
        ring.set(JAVA_INT, BLOCK_HEADER_BYTES + field, value);
        assertThat(reader.readBlock(handler)).isTrue();
        assertThat(status(0)).isEqualTo(TP_STATUS_KERNEL);
      }
    }
    RingReader reader = new RingReader(ring, BLOCK_BYTES, false, counters);
    fill(0, packet("one", 0));
    ring.set(JAVA_INT, BLOCK_FIRST_PACKET, -8);
    ring.set(JAVA_INT, BLOCK_PACKET_COUNT, -1);
    assertThat(reader.readBlock(handler)).isTrue();
    fill(1, packet("one", 0));
    ring.set(JAVA_INT, BLOCK_BYTES + BLOCK_FIRST_PACKET, -8);
    assertThat(reader.readBlock(handler)).isTrue();
    assertThat(counters.get(CaptureCounter.BLOCKS_CONTRADICTORY)).isEqualTo(9);
  }

  private record Packet(String data, int status, int wireLength, int hardwareType, byte type) {
    Packet cutFrom(int length) {
      return new Packet(data, status, length, hardwareType, type);
    }

    Packet of(int otherHardware) {
      return new Packet(data, status, wireLength, otherHardware, type);
    }

    Packet outgoing() {
      return new Packet(data, status, wireLength, hardwareType, PACKET_OUTGOING);
    }
  }

  private static Packet packet(String data, int status) {
    return new Packet(data, status, data.length(), 1, (byte) 0);
  }

  private void fill(int block, Packet... packets) {
    long base = (long) block * BLOCK_BYTES;
    long offset = BLOCK_HEADER_BYTES;
    ring.set(JAVA_INT, base + BLOCK_PACKET_COUNT, packets.length);
    ring.set(JAVA_INT, base + BLOCK_FIRST_PACKET, (int) offset);
    for (int i = 0; i < packets.length; i++) {
      Packet packet = packets[i];
      long header = base + offset;
      int next = (MAC + packet.data().length() + 7) & ~7;
      ring.set(JAVA_INT, header + PACKET_NEXT, i == packets.length - 1 ? 0 : next);
      ring.set(JAVA_INT, header + PACKET_SECONDS, 7);
      ring.set(JAVA_INT, header + PACKET_NANOSECONDS, 9);
      ring.set(JAVA_INT, header + PACKET_SNAP_LENGTH, packet.data().length());
      ring.set(JAVA_INT, header + PACKET_LENGTH, packet.wireLength());
      ring.set(JAVA_INT, header + PACKET_STATUS, packet.status());
      ring.set(JAVA_SHORT, header + PACKET_MAC, (short) MAC);
      ring.set(JAVA_INT, header + PACKET_VLAN_TCI, 0x2029);
      long address = header + PACKET_HEADER_BYTES;
      ring.set(JAVA_SHORT, address + ADDRESS_HARDWARE_TYPE, (short) packet.hardwareType());
      ring.set(JAVA_BYTE, address + ADDRESS_PACKET_TYPE, packet.type());
      MemorySegment.copy(
          packet.data().getBytes(ISO_8859_1),
          0,
          ring,
          JAVA_BYTE,
          header + MAC,
          packet.data().length());
      offset += next;
    }
    ring.set(JAVA_INT, base + BLOCK_STATUS, TP_STATUS_USER);
  }

  private int status(int block) {
    return ring.get(JAVA_INT, (long) block * BLOCK_BYTES + BLOCK_STATUS);
  }

  private static String describe(Frame frame) {
    byte[] data = frame.memory.asSlice(frame.offset, frame.capturedLength).toArray(JAVA_BYTE);
    return "%s %d %d %s vlan=%d checksumOpen=%s"
        .formatted(
            new String(data, ISO_8859_1),
            frame.wireLength,
            frame.timestampNs,
            frame.linkType,
            frame.vlanTci,
            frame.checksumOpen);
  }
}
