package io.sluice.collector.decode;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.kaitai.struct.KaitaiStream;
import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.testing.Corpus;
import io.sluice.schemas.kaitai.EthernetFrame;
import io.sluice.schemas.kaitai.Ipv4Packet;
import io.sluice.schemas.kaitai.Ipv6Packet;
import io.sluice.schemas.kaitai.TcpSegment;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The decoder by offset finds in every Ethernet frame of the corpus the TCP segment that the
 * parsers generated from the .ksy files find. Where those claim nothing (cut frames, fragments,
 * tunnels, other link layers) the decoder is free.
 */
class PacketDecoderOracleTest {
  private final PacketDecoder decoder = new PacketDecoder();
  private long compared;

  @Test
  void findsTheSegmentsThatTheGeneratedParsersFind() throws Exception {
    for (Path file : Corpus.captures()) {
      try (CaptureFile capture = CaptureFile.open(file)) {
        while (capture.poll(frame -> compare(file, frame), 1000) > 0) {}
      } catch (CaptureFileException e) {
        // Damaged captures are compared as far as they go.
      }
    }
    assertThat(compared).isGreaterThan(10_000);
  }

  private void compare(Path file, Frame frame) {
    long tunnelled = decoder.counters().get(DecodeCounter.TUNNELLED);
    long reassembled = decoder.counters().get(DecodeCounter.REASSEMBLED);
    io.sluice.collector.decode.TcpSegment fast = decoder.decode(frame);
    boolean direct =
        tunnelled == decoder.counters().get(DecodeCounter.TUNNELLED)
            && reassembled == decoder.counters().get(DecodeCounter.REASSEMBLED);
    if (frame.linkType != LinkType.ETHERNET || frame.capturedLength < frame.wireLength || !direct) {
      return;
    }
    byte[] bytes = frame.memory.asSlice(frame.offset, frame.capturedLength).toArray(JAVA_BYTE);
    EthernetFrame oracle;
    try {
      oracle = new EthernetFrame(new ByteBufferKaitaiStream(bytes));
    } catch (KaitaiStream.KaitaiStructError
        | BufferUnderflowException
        | IllegalArgumentException e) {
      return;
    }
    EthernetFrame.Payload payload = oracle.payload();
    int vlan = payload.tag() == null ? -1 : (int) payload.tag().vlan();
    while (payload.tag() != null) {
      payload = payload.tag().payload();
    }
    TcpSegment expected = tcp(payload.body());
    if (expected == null) {
      return;
    }
    assertThat(fast).as("%s, a frame of %d bytes", file.getFileName(), bytes.length).isNotNull();
    assertThat(fast.sourcePort).isEqualTo(expected.sourcePort());
    assertThat(fast.destinationPort).isEqualTo(expected.destinationPort());
    assertThat(fast.sequence).isEqualTo((int) expected.sequenceNumber());
    assertThat(fast.acknowledgement).isEqualTo((int) expected.acknowledgementNumber());
    assertThat(fast.flags).isEqualTo(expected.flags());
    assertThat(fast.vlan).isEqualTo(vlan);
    assertThat(fast.payloadLength).isEqualTo(expected.payload().length);
    byte[] data = fast.memory.asSlice(fast.payloadOffset, fast.capturedLength).toArray(JAVA_BYTE);
    assertThat(Arrays.equals(data, expected.payload())).as(file.toString()).isTrue();
    compared++;
  }

  private static TcpSegment tcp(Object packet) {
    return switch (packet) {
      case Ipv4Packet ipv4 -> ipv4.body() instanceof TcpSegment tcp ? tcp : null;
      case Ipv6Packet ipv6 -> tcp(ipv6.body());
      case Ipv6Packet.Body body -> {
        if (body.tcp() != null) {
          yield body.tcp();
        }
        if (body.options() != null) {
          yield tcp(body.options().body());
        }
        yield body.fragment() == null ? null : tcp(body.fragment().body());
      }
      case null, default -> null;
    };
  }
}
