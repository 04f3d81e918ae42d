package io.sluice.collector.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.sluice.collector.testing.CaptureBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureFileTest {
  private static final byte[] GET = "GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] ODD = "abc".getBytes(ISO_8859_1);
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"a1b2c3d4,1000", "a1b23c4d,1"})
  void readsPcapInBothByteOrdersAndUnits(String magic, int unit) throws Exception {
    for (ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
      byte[] file =
          new CaptureBytes(order)
              .pcapHeader(Integer.parseUnsignedInt(magic, 16), 1)
              .pcapPacket(7, 5, GET.length, GET)
              .pcapPacket(-1, 999_999, 100, ODD)
              .toBytes();
      assertSameFromFileAndStream(
          file,
          frame(GET, GET.length, 7 * SECOND + 5L * unit, LinkType.ETHERNET),
          frame(ODD, 100, 0xffffffffL * SECOND + 999_999L * unit, LinkType.ETHERNET));
    }
  }

  @Test
  void readsThePatchedPcapOfThe1990s() throws Exception {
    byte[] file =
        new CaptureBytes(LITTLE_ENDIAN)
            .pcapHeader(0xa1b2cd34, 1)
            .int32(1)
            .int32(2)
            .int32(ODD.length)
            .int32(ODD.length)
            .int32(3)
            .int32(0)
            .bytes(ODD)
            .toBytes();
    assertSameFromFileAndStream(file, frame(ODD, 3, SECOND + 2000, LinkType.ETHERNET));
  }

  @Test
  void ignoresTheHighBitsOfThePcapLinkType() throws Exception {
    byte[] file =
        new CaptureBytes(LITTLE_ENDIAN)
            .pcapHeader(0xa1b2c3d4, 0x14000001)
            .pcapPacket(0, 0, 0, ODD)
            .toBytes();
    assertSameFromFileAndStream(file, frame(ODD, 3, 0, LinkType.ETHERNET));
  }

  @Test
  void readsPcapngOfSeveralInterfacesUnitsAndSections() throws Exception {
    for (ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
      CaptureBytes bytes = new CaptureBytes(order);
      byte[] first =
          bytes
              .section()
              .block(0x0bad, body -> body.bytes("unknown!".getBytes(ISO_8859_1)))
              .describe(1, bytes.option(1, "a comment".getBytes(ISO_8859_1)), bytes.option(0))
              .describe(101, bytes.option(9, (byte) 9), bytes.option(14, bytes.int64(100)))
              .describe(276, bytes.option(9, (byte) 0x8a))
              .enhancedPacket(0, 3_000_001, GET.length, GET)
              .enhancedPacket(1, 2 * SECOND + 7, 3, ODD)
              .enhancedPacket(2, 2048 + 512, 3, ODD)
              .simplePacket(3, ODD)
              .obsoletePacket(1, 9, 5, 9, ODD)
              .toBytes();
      ByteOrder other = order == BIG_ENDIAN ? LITTLE_ENDIAN : BIG_ENDIAN;
      byte[] second =
          new CaptureBytes(other).section().describe(228).enhancedPacket(0, 1, 3, ODD).toBytes();
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes(first);
      file.writeBytes(second);
      assertSameFromFileAndStream(
          file.toByteArray(),
          frame(GET, GET.length, 3 * SECOND + 1000, LinkType.ETHERNET),
          frame(ODD, 3, 102 * SECOND + 7, LinkType.RAW),
          frame(ODD, 3, 2 * SECOND + SECOND / 2, LinkType.LINUX_SLL2),
          frame(ODD, 3, 0, LinkType.ETHERNET),
          frame(ODD, 9, 100 * SECOND + 5, LinkType.RAW),
          frame(ODD, 3, 1000, LinkType.IPV4));
    }
  }

  @Test
  void skipsBlocksLargerThanAnyBuffer() {
    byte[] file =
        new CaptureBytes(LITTLE_ENDIAN)
            .section()
            .block(0x0bad, body -> body.bytes(new byte[3 << 20]))
            .describe(1)
            .enhancedPacket(0, 1, 3, ODD)
            .toBytes();
    assertThat(ReadFrames.of(file).frames()).hasSize(1);
  }

  @Test
  void streamsMoreThanItsBuffer() {
    CaptureBytes bytes = new CaptureBytes(BIG_ENDIAN).pcapHeader(0xa1b2c3d4, 1);
    byte[] large = new byte[CaptureFormat.MAX_FRAME_BYTES];
    for (int i = 0; i < 40; i++) {
      Arrays.fill(large, (byte) i);
      bytes.pcapPacket(i, 0, large.length, large);
    }
    ReadFrames read = ReadFrames.of(bytes.toBytes());
    assertThat(read.failure()).isNull();
    assertThat(read.frames()).hasSize(40);
    assertThat(read.frames().get(39).data()).startsWith("\u0027\u0027");
  }

  @Test
  void readsGzipAndZstdFromFileAndStream() throws Exception {
    byte[] plain = smallPcap();
    for (byte[] packed : List.of(gzip(plain), Zstd.compress(plain))) {
      Path file = Files.write(folder.resolve("packed"), packed);
      assertThat(ReadFrames.of(file)).isEqualTo(ReadFrames.of(plain));
      assertThat(ReadFrames.of(packed)).isEqualTo(ReadFrames.of(plain));
      ReadFrames cut = ReadFrames.of(Arrays.copyOf(packed, packed.length - 9));
      assertThat(cut.failure()).hasMessageContaining("cannot read test: ");
    }
  }

  /**
   * Whatever is cut off, only the typed exception is thrown and the whole frames before it come.
   */
  @Test
  void survivesTruncationAtEveryLength() throws Exception {
    for (byte[] whole : List.of(smallPcap(), smallPcapng())) {
      ReadFrames all = ReadFrames.of(whole);
      assertThat(all.failure()).isNull();
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        ReadFrames streamed = ReadFrames.of(cut);
        ReadFrames mapped = ReadFrames.of(Files.write(folder.resolve("cut"), cut));
        assertThat(streamed.frames()).isEqualTo(all.frames().subList(0, streamed.frames().size()));
        assertThat(mapped.frames()).isEqualTo(streamed.frames());
        assertThat(mapped.failure() == null).isEqualTo(streamed.failure() == null);
        if (streamed.failure() == null) {
          assertThat(length).isGreaterThanOrEqualTo(24);
        }
      }
    }
  }

  /** No byte of a file can make the reader throw anything but its own exception, or read beyond. */
  @Test
  void survivesEveryChangedByte() throws Exception {
    Random random = new Random(20_261_121);
    for (byte[] whole : List.of(smallPcap(), smallPcapng())) {
      for (int at = 0; at < whole.length; at++) {
        for (byte value : new byte[] {0, 1, (byte) 0x7f, (byte) 0xff, (byte) random.nextInt()}) {
          byte[] changed = whole.clone();
          changed[at] = value;
          assertThat(ReadFrames.of(changed).frames().size()).isLessThanOrEqualTo(6);
        }
      }
    }
  }

  @Test
  void refusesAnAbsurdLength() {
    byte[] file =
        new CaptureBytes(LITTLE_ENDIAN)
            .pcapHeader(0xa1b2c3d4, 1)
            .pcapPacket(1, 0, 3, ODD)
            .int32(0)
            .int32(0)
            .int32(0x7fff_ffff)
            .int32(0)
            .toBytes();
    ReadFrames read = ReadFrames.of(file);
    assertThat(read.frames()).hasSize(1);
    assertThat(read.failure())
        .hasMessage(
            "cannot read test: damaged at byte 43: packet 2 claims 2147483647 bytes; what comes"
                + " before was read; copy or capture it again for the rest");
  }

  @Test
  void saysWhatIsMissingForeignOrEmpty() throws Exception {
    assertThatThrownBy(() -> CaptureFile.open(folder.resolve("no\u001bne.pcap")))
        .isInstanceOf(CaptureFileException.class)
        .hasMessageContaining("no\\x1bne.pcap: no such file; check the path");
    Path png = Files.write(folder.resolve("a.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    assertThatThrownBy(() -> CaptureFile.open(png))
        .isInstanceOf(CaptureFileException.class)
        .hasMessageContaining("not a capture file (it starts with 89504e47); give a pcap");
    Path empty = Files.createFile(folder.resolve("empty.pcap"));
    assertThatThrownBy(() -> CaptureFile.open(empty))
        .isInstanceOf(CaptureFileException.class)
        .hasMessageContaining("it is empty");
    assertThatThrownBy(() -> CaptureFile.open(folder))
        .isInstanceOf(CaptureFileException.class)
        .hasMessageContaining("it is a folder");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 18, 19, 27, 28, 63, 100, 127})
  void fineUnitsNeverOverflow(int exponent) {
    for (boolean binary : new boolean[] {false, true}) {
      TimestampUnit unit = new TimestampUnit(binary, exponent, Long.MAX_VALUE);
      assertThat(unit.toNanoseconds(-1)).isBetween(0L, 4_294_967_296L * SECOND);
      assertThat(new TimestampUnit(binary, exponent, Long.MIN_VALUE).toNanoseconds(-1))
          .isBetween(0L, SECOND);
    }
  }

  @Test
  void convertsUnits() {
    assertThat(new TimestampUnit(false, 0, 0).toNanoseconds(3)).isEqualTo(3 * SECOND);
    assertThat(new TimestampUnit(false, 12, 0).toNanoseconds(3_000_000_001_999L))
        .isEqualTo(3 * SECOND + 1);
    assertThat(new TimestampUnit(true, 0, 0).toNanoseconds(3)).isEqualTo(3 * SECOND);
    assertThat(new TimestampUnit(true, 32, 0).toNanoseconds((3L << 32) + (1L << 31)))
        .isEqualTo(3 * SECOND + SECOND / 2);
    assertThat(new TimestampUnit(true, 33, 0).toNanoseconds(-1)).isEqualTo((1L << 31) * SECOND - 1);
    assertThat(new TimestampUnit(true, 64, 0).toNanoseconds(-1)).isEqualTo(SECOND - 1);
    assertThat(new TimestampUnit(true, 65, 0).toNanoseconds(-1)).isEqualTo(SECOND / 2 - 1);
    assertThat(TimestampUnit.MICROSECONDS.toNanoseconds(-1))
        .isEqualTo(4_294_967_295L * SECOND + 709_551_615_000L % SECOND);
  }

  private void assertSameFromFileAndStream(byte[] bytes, ReadFrames.Copy... expected)
      throws IOException {
    ReadFrames streamed = ReadFrames.of(bytes);
    ReadFrames mapped = ReadFrames.of(Files.write(folder.resolve("file"), bytes));
    assertThat(streamed.failure()).isNull();
    assertThat(streamed.frames()).containsExactly(expected);
    assertThat(mapped).isEqualTo(streamed);
  }

  private static ReadFrames.Copy frame(byte[] data, int wireLength, long ns, LinkType type) {
    return new ReadFrames.Copy(new String(data, ISO_8859_1), wireLength, ns, type);
  }

  private static byte[] smallPcap() {
    return new CaptureBytes(LITTLE_ENDIAN)
        .pcapHeader(0xa1b2c3d4, 1)
        .pcapPacket(1, 2, GET.length, GET)
        .pcapPacket(3, 4, ODD.length, ODD)
        .toBytes();
  }

  private static byte[] smallPcapng() {
    CaptureBytes bytes = new CaptureBytes(BIG_ENDIAN);
    return bytes
        .section()
        .describe(1, bytes.option(2, "lo".getBytes(ISO_8859_1)), bytes.option(9, (byte) 9))
        .enhancedPacket(0, 1, GET.length, GET)
        .block(5, body -> body.int32(0).int32(0).int32(0))
        .enhancedPacket(0, 2, ODD.length, ODD)
        .toBytes();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }
}
