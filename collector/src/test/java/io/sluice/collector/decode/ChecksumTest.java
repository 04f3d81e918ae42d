package io.sluice.collector.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames of every payload length with the checksum that the RFC's words give, and broken ones. */
class ChecksumTest {
  private static final int ETHERNET = 14;
  private static final int CHECKSUM = 16;
  private static final int MAX_PAYLOAD = 130;

  private final PacketDecoder decoder = new PacketDecoder();
  private final Random random = new Random(9293);

  @Test
  void findsRightOnesRight() {
    int frames = 0;
    for (boolean v6 : new boolean[] {false, true}) {
      for (int payload = 0; payload <= MAX_PAYLOAD; payload++) {
        assertThat(decode(frame(v6, payload), 0, true)).isNotNull();
        frames++;
      }
    }
    assertThat(counted(DecodeCounter.CHECKSUMS_COMPARED)).isEqualTo(frames);
    assertThat(counted(DecodeCounter.CHECKSUMS_WRONG)).isZero();
  }

  /** Every byte that counts, but none of those that routers change. */
  @Test
  void findsEveryChangedByteAndReadsTheSegmentAllTheSame() {
    int frames = 0;
    for (boolean v6 : new boolean[] {false, true}) {
      byte[] right = frame(v6, 11);
      int addresses = ETHERNET + (v6 ? 8 : 12);
      int tcp = ETHERNET + (v6 ? 40 : 20);
      for (int at = addresses; at < right.length; at++) {
        if (at == tcp + 12) {
          continue; // The header's length: another would be another segment.
        }
        byte[] wrong = right.clone();
        wrong[at] ^= (byte) (1 + random.nextInt(255));
        assertThat(decode(wrong, 0, true)).isNotNull();
        frames++;
      }
    }
    assertThat(counted(DecodeCounter.CHECKSUMS_WRONG)).isEqualTo(frames);
    assertThat(counted(DecodeCounter.SEGMENTS)).isEqualTo(frames);
  }

  @Test
  void leavesAloneWhatIsCutOrAnsweredFor() {
    byte[] wrong = frame(false, 11);
    wrong[wrong.length - 1]++;
    assertThat(decode(wrong, 1, true)).isNotNull();
    assertThat(decode(wrong, 0, false)).isNotNull();
    assertThat(counted(DecodeCounter.CHECKSUMS_COMPARED)).isZero();
    assertThat(counted(DecodeCounter.CHECKSUMS_WRONG)).isZero();
  }

  private long counted(DecodeCounter counter) {
    return decoder.counters().get(counter);
  }

  private TcpSegment decode(byte[] bytes, int cut, boolean checksumOpen) {
    Frame frame = new Frame();
    frame.memory = Arena.ofAuto().allocate(bytes.length);
    frame.memory.copyFrom(MemorySegment.ofArray(bytes));
    frame.capturedLength = bytes.length - cut;
    frame.wireLength = bytes.length;
    frame.linkType = LinkType.ETHERNET;
    frame.vlanTci = Frame.NO_VLAN;
    frame.checksumOpen = checksumOpen;
    return decoder.decode(frame);
  }

  private byte[] frame(boolean v6, int payload) {
    byte[] addresses = new byte[v6 ? 32 : 8];
    random.nextBytes(addresses);
    byte[] segment = new byte[20 + payload];
    random.nextBytes(segment);
    segment[12] = 0x50;
    segment[CHECKSUM] = 0;
    segment[CHECKSUM + 1] = 0;
    ByteBuffer summed = ByteBuffer.allocate(addresses.length + 4 + segment.length + 1);
    summed.put(addresses).putShort((short) 6).putShort((short) segment.length).put(segment);
    int sum = 0;
    for (int i = 0; i + 1 < summed.capacity(); i += 2) {
      sum += summed.getShort(i) & 0xffff;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    segment[CHECKSUM] = (byte) (~sum >> 8);
    segment[CHECKSUM + 1] = (byte) ~sum;
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET + (v6 ? 40 : 20) + segment.length);
    frame.put("destinsource".getBytes(ISO_8859_1)).putShort((short) (v6 ? 0x86dd : 0x0800));
    if (v6) {
      frame.putInt(6 << 28).putShort((short) segment.length).put((byte) 6).put((byte) 64);
    } else {
      frame.putShort((short) 0x4500).putShort((short) (20 + segment.length)).putInt(0);
      frame.put((byte) 64).put((byte) 6).putShort((short) 0);
    }
    return frame.put(addresses).put(segment).array();
  }
}
