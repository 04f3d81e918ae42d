package io.sluice.collector.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.kaitai.struct.KaitaiStream;
import io.sluice.collector.testing.Corpus;
import io.sluice.schemas.kaitai.Pcap;
import io.sluice.schemas.kaitai.Pcapng;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The readers by offset find the same packets as the parsers generated from pcap.ksy and
 * pcapng.ksy, in every capture of the corpus.
 */
class CaptureFileOracleTest {
  private record Packet(String data, long wireLength) {}

  @TestFactory
  Stream<DynamicTest> findsThePacketsThatTheGeneratedParserFinds() throws Exception {
    return Corpus.captures().stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file)));
  }

  private static void compare(Path file) throws Exception {
    ReadFrames read = ReadFrames.of(file);
    List<Packet> expected;
    try {
      expected = generated(Files.readAllBytes(file));
    } catch (KaitaiStream.KaitaiStructError | BufferUnderflowException e) {
      // The generated parser reads all or nothing; ours tells the damage and keeps what came
      // before.
      assertThat(read.failure()).isNotNull();
      return;
    }
    assertThat(read.failure()).isNull();
    assertThat(
            read.frames().stream()
                .map(frame -> new Packet(frame.data(), frame.wireLength()))
                .toList())
        .isEqualTo(expected);
  }

  private static List<Packet> generated(byte[] bytes) {
    List<Packet> packets = new ArrayList<>();
    if (bytes[0] == 0x0a) {
      for (Pcapng.Section section : new Pcapng(new ByteBufferKaitaiStream(bytes)).sections()) {
        List<Pcapng.SectionContent.Block> blocks = section.content().blocks();
        long firstSnapLength = 0;
        for (Pcapng.SectionContent.Block block :
            blocks == null ? List.<Pcapng.SectionContent.Block>of() : blocks) {
          switch (block.body()) {
            case Pcapng.SectionContent.InterfaceDescription it ->
                firstSnapLength = firstSnapLength == 0 ? it.lenSnap() : firstSnapLength;
            case Pcapng.SectionContent.EnhancedPacket it ->
                packets.add(packet(it.data(), it.lenOriginal()));
            case Pcapng.SectionContent.ObsoletePacket it ->
                packets.add(packet(it.data(), it.lenOriginal()));
            case Pcapng.SectionContent.SimplePacket it -> {
              long length = Math.min(it.lenOriginal(), it.data().length);
              length = firstSnapLength == 0 ? length : Math.min(length, firstSnapLength);
              packets.add(
                  packet(java.util.Arrays.copyOf(it.data(), (int) length), it.lenOriginal()));
            }
            default -> {}
          }
        }
      }
    } else {
      for (Pcap.Content.Packet it :
          new Pcap(new ByteBufferKaitaiStream(bytes)).content().packets()) {
        packets.add(packet(it.data(), it.lenOriginal()));
      }
    }
    return packets;
  }

  private static Packet packet(byte[] data, long lenOriginal) {
    return new Packet(new String(data, ISO_8859_1), Math.max(lenOriginal, data.length));
  }
}
