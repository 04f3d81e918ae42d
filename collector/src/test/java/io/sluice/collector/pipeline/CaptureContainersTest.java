package io.sluice.collector.pipeline;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.CaptureBytes;
import io.sluice.collector.testing.Corpus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers' packets in every container: whatever file they come in, and behind whatever link
 * header, they are the same frames at the same time, as far as the file can tell it, and give the
 * same events. More and larger captures with {@code -Dlong}; {@code -Dsluice.seed=N} repeats one.
 */
final class CaptureContainersTest {
  private static final boolean LONG = System.getProperty("long") != null;
  private static final long MAX_BYTES = LONG ? 64 << 20 : 1 << 20;
  private static final long SEED = Long.getLong("sluice.seed", System.nanoTime());
  private static final BigInteger NS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

  /**
   * An interface's time.
   *
   * @param option if_tsresol, where it says one; else microseconds
   */
  private record Clock(Integer option, long offsetSeconds) {
    private BigInteger perSecond() {
      int exponent = option == null ? 6 : option & 0x7f;
      boolean binary = option != null && option >= 0x80;
      return BigInteger.valueOf(binary ? 2 : 10).pow(exponent);
    }

    BigInteger units(long ns, int picoseconds) {
      return BigInteger.valueOf(ns)
          .subtract(BigInteger.valueOf(offsetSeconds).multiply(NS_PER_SECOND))
          .multiply(BigInteger.valueOf(1000))
          .add(BigInteger.valueOf(picoseconds))
          .multiply(perSecond())
          .divide(NS_PER_SECOND.multiply(BigInteger.valueOf(1000)));
    }

    /** Whole nanoseconds. */
    long ns(BigInteger units) {
      return units.multiply(NS_PER_SECOND).divide(perSecond()).longValueExact()
          + offsetSeconds * 1_000_000_000;
    }

    boolean holds(long ns) {
      BigInteger units = units(ns, 0);
      return units.signum() >= 0 && units.bitLength() <= 64;
    }
  }

  /** A file, and the frames that are in it. */
  private record Container(byte[] file, List<HeldFrame> frames) {}

  /** How IPv4 and IPv6 packets follow a link header: the type's number and the header in hex. */
  private record Link(int numberV4, String headerV4, int numberV6, String headerV6) {
    Link(int number, String headerV4, String headerV6) {
      this(number, headerV4, number, headerV6);
    }
  }

  private static final List<Link> LINKS =
      List.of(
          new Link(101, "", ""),
          new Link(12, "", ""),
          new Link(14, "", ""),
          new Link(228, "", 229, ""),
          new Link(0, "02000000", "1c000000"), // written on a little-endian BSD
          new Link(0, "00000002", "0000001e"), // on a big-endian macOS
          new Link(108, "00000002", "00000018"),
          new Link(113, "00000001000600000000000000000800", "000000010006000000000000000086dd"),
          new Link(
              276,
              "0800000000000002000100060200000000010000",
              "86dd000000000002000104060200000000010000"),
          new Link(9, "ff030021", "0057"),
          new Link(50, "0021", "ff030057"),
          new Link(104, "0f000800", "0f0086dd"));

  @TempDir Path folder;

  @Test
  void shouldReadPcapInBothByteOrdersAndUnits() throws IOException {
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      if (frames.stream().map(HeldFrame::link).distinct().count() > 1) {
        continue; // a pcap has one link type
      }
      for (ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
        for (int unit : List.of(1, 1000)) {
          assertSame(pcap(frames, order, unit), capture + " as pcap of " + unit + " ns, " + order);
        }
      }
    }
  }

  @Test
  void shouldReadPcapngOfManyInterfacesClocksSectionsAndBlocks() throws IOException {
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      assertSame(pcapng(frames, new Random(SEED)), capture + " as pcapng, " + seed());
    }
  }

  /** They have no time, and a length that is that on the wire or the interface's snap length. */
  @Test
  void shouldReadSimplePackets() throws IOException {
    Random random = new Random(SEED);
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      if (frames.stream().map(HeldFrame::link).distinct().count() == 1) {
        int snapLength = random.nextBoolean() ? 0 : 60 + random.nextInt(1500);
        assertSame(
            simplePackets(frames, snapLength, random.nextBoolean() ? BIG_ENDIAN : LITTLE_ENDIAN),
            capture + " as simple packets of " + snapLength + " bytes, " + seed());
      }
    }
  }

  @Test
  void shouldReadGzipAndZstdFromFileStreamAndPipe() throws Exception {
    Random random = new Random(SEED);
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    int next = 0;
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      Container plain = pcapng(HeldFrame.allOf(capture), random);
      byte[] file =
          switch (next++ % 3) {
            case 0 -> plain.file;
            case 1 -> gzip(plain.file, random);
            default -> zstd(plain.file, random);
          };
      String which = "%s from %08x, %s".formatted(capture, start(file), seed());
      assertSame(new Container(file, plain.frames), which);
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> writeInPieces(file, pipe, new Random(SEED)));
      assertThat(HeldFrame.allOf(CaptureFile.open(pipe)))
          .as("%s through a pipe", which)
          .isEqualTo(plain.frames);
      writer.join();
      Path stored = Files.write(folder.resolve("stored"), file);
      assertThat(HeldFrame.allOf(CaptureFile.open(stored)))
          .as("%s from a file", which)
          .isEqualTo(plain.frames);
    }
  }

  /** Untagged IP packets over Ethernet give the same events behind any other link header. */
  @Test
  void shouldGiveTheSameEventsBehindEveryLinkHeader() throws IOException {
    int asked = 0;
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames =
          HeldFrame.allOf(capture).stream()
              .filter(frame -> isPacketOf(frame, 0x0800) || isPacketOf(frame, 0x86dd))
              .toList();
      List<RequestEvent> expected = HeldFrame.events(frames);
      asked += expected.size();
      for (Link link : expected.isEmpty() ? List.<Link>of() : LINKS) {
        CaptureBytes file = new CaptureBytes(LITTLE_ENDIAN);
        file.section();
        file.describe(link.numberV4, file.option(9, (byte) 9));
        file.describe(link.numberV6, file.option(9, (byte) 9));
        for (HeldFrame frame : frames) {
          boolean v4 = isPacketOf(frame, 0x0800);
          byte[] header = HexFormat.of().parseHex(v4 ? link.headerV4 : link.headerV6);
          file.enhancedPacket(
              v4 ? 0 : 1,
              frame.ns(),
              frame.wire() - 14 + header.length,
              joined(header, Arrays.copyOfRange(frame.bytes(), 14, frame.bytes().length)));
        }
        assertThat(events(file.toBytes())).as("%s behind %s", capture, link).isEqualTo(expected);
      }
    }
    assertThat(asked).isGreaterThan(100);
  }

  @Test
  void shouldReadWhatEditcapWrites() throws Exception {
    requireTool("editcap");
    List<String> formats = List.of("pcap", "nsecpcap", "pcapng", "modpcap");
    int next = 0;
    int read = 0;
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      String format = formats.get(next++ % formats.size());
      Path written = folder.resolve("edited");
      if (frames.isEmpty()
          || run("editcap", "-F", format, "-a", "1:seen", "" + capture, "" + written) != 0) {
        continue; // it is damaged, or the format has one link type
      }
      int unit = format.equals("pcap") || format.equals("modpcap") ? 1000 : 1;
      read++;
      assertThat(HeldFrame.allOf(CaptureFile.open(written)))
          .as("%s as %s of editcap", capture, format)
          .isEqualTo(frames.stream().map(frame -> frame.at(frame.ns() / unit * unit)).toList());
    }
    assertThat(read).isGreaterThan(next * 3 / 4);
  }

  @Test
  void shouldReadWhatMergecapWrites() throws Exception {
    requireTool("mergecap");
    Path before = null;
    int next = 0;
    int read = 0;
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      if (before != null && next++ % 4 == 0) {
        Path written = folder.resolve("merged");
        String interfaces = next % 8 == 1 ? "none" : "all";
        if (run("mergecap", "-a", "-I", interfaces, "-w", "" + written, "" + before, "" + capture)
            == 0) {
          read++;
          List<HeldFrame> frames = new ArrayList<>(HeldFrame.allOf(before));
          frames.addAll(HeldFrame.allOf(capture));
          assertThat(HeldFrame.allOf(CaptureFile.open(written)))
              .as("%s and %s of mergecap", before, capture)
              .isEqualTo(frames);
        }
      }
      before = capture;
    }
    assertThat(read).isGreaterThan(next / 8);
  }

  // ---- what is expected

  private static void assertSame(Container container, String which) throws CaptureFileException {
    assertThat(HeldFrame.allOf(stream(container.file))).as(which).isEqualTo(container.frames);
    assertThat(events(container.file)).as(which).isEqualTo(HeldFrame.events(container.frames));
  }

  /** As a pipeline reads it, frame by frame out of the reader's memory. */
  private static List<RequestEvent> events(byte[] file) throws CaptureFileException {
    List<RequestEvent> events = new ArrayList<>();
    PacketPipeline pipeline = new PacketPipeline(PipelineOptions.defaults(), events::add);
    try (CaptureFile capture = stream(file)) {
      while (capture.poll(pipeline, 1024) > 0) {
        // all of them
      }
    }
    pipeline.finish();
    return events;
  }

  private static CaptureFile stream(byte[] file) throws CaptureFileException {
    return CaptureFile.of(new ByteArrayInputStream(file), "test");
  }

  private static String seed() {
    return "-Dsluice.seed=" + SEED;
  }

  // ---- writers

  private static Container pcap(List<HeldFrame> frames, ByteOrder order, int nsPerFraction) {
    LinkType link = frames.isEmpty() ? LinkType.ETHERNET : frames.getFirst().link();
    CaptureBytes file =
        new CaptureBytes(order)
            .pcapHeader(nsPerFraction == 1 ? 0xa1b23c4d : 0xa1b2c3d4, link.number());
    List<HeldFrame> expected = new ArrayList<>();
    for (HeldFrame frame : frames) {
      long fraction = frame.ns() % 1_000_000_000 / nsPerFraction;
      file.pcapPacket(
          (int) (frame.ns() / 1_000_000_000), (int) fraction, frame.wire(), frame.bytes());
      expected.add(frame.at(frame.ns() / nsPerFraction * nsPerFraction));
    }
    return new Container(file.toBytes(), expected);
  }

  /** Sections of either byte order, each with a clock per interface and blocks of all kinds. */
  private static Container pcapng(List<HeldFrame> frames, Random random) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    List<HeldFrame> expected = new ArrayList<>();
    int sections = 1 + random.nextInt(3);
    for (int section = 0; section < sections; section++) {
      int from = frames.size() * section / sections;
      int to = frames.size() * (section + 1) / sections;
      CaptureBytes bytes = new CaptureBytes(random.nextBoolean() ? BIG_ENDIAN : LITTLE_ENDIAN);
      addSection(bytes, frames.subList(from, to), random, expected);
      file.writeBytes(bytes.toBytes());
    }
    return new Container(file.toByteArray(), expected);
  }

  private static void addSection(
      CaptureBytes file, List<HeldFrame> frames, Random random, List<HeldFrame> expected) {
    file.section(file.option(1, text("a section")), file.option(4, text("test")), file.option(0));
    List<LinkType> links = new ArrayList<>();
    List<Clock> clocks = new ArrayList<>();
    for (HeldFrame frame : frames) {
      int at = interfaceFor(frame, links, clocks, random);
      if (at < 0) { // interfaces may be described anywhere before their first packet
        at = links.size();
        links.add(frame.link());
        clocks.add(describe(file, frame, random));
      }
      Clock clock = clocks.get(at);
      // Most captures tell whole microseconds, which test no finer clock.
      BigInteger units = clock.units(frame.ns() + random.nextInt(1000), random.nextInt(1000));
      addOtherBlock(file, random);
      if (random.nextInt(4) == 0) {
        file.obsoletePacket(
            at,
            random.nextInt(1 << 16),
            units.longValue(),
            frame.wire(),
            frame.bytes(),
            packetOptions(file, random));
      } else {
        file.enhancedPacket(
            at, units.longValue(), frame.wire(), frame.bytes(), packetOptions(file, random));
      }
      expected.add(frame.at(clock.ns(units)));
    }
    addOtherBlock(file, random);
  }

  /** One of those that can hold the frame; now and then -1, for a new one. */
  private static int interfaceFor(
      HeldFrame frame, List<LinkType> links, List<Clock> clocks, Random random) {
    if (links.size() < 20 && random.nextInt(8) == 0) {
      return -1;
    }
    int first = links.isEmpty() ? 0 : random.nextInt(links.size());
    for (int i = 0; i < links.size(); i++) {
      int at = (first + i) % links.size();
      if (links.get(at) == frame.link() && clocks.get(at).holds(frame.ns())) {
        return at;
      }
    }
    return -1;
  }

  private static Clock describe(CaptureBytes file, HeldFrame frame, Random random) {
    long second = frame.ns() / 1_000_000_000;
    List<Clock> clocks =
        List.of(
            new Clock(null, 0),
            new Clock(6, 0),
            new Clock(9, 0),
            new Clock(3, 0),
            new Clock(10, 0), // above 2^63 since 2000
            new Clock(0x80 | 10, 0),
            new Clock(0x80 | 20, 0),
            new Clock(0x80 | 32, 0),
            new Clock(0x80 | 33, 0),
            new Clock(6, second - 100),
            new Clock(9, -1000),
            new Clock(12, second - 100),
            new Clock(0x80 | 30, second - 1000),
            new Clock(0x80 | 50, second - 100),
            new Clock(null, second - 86_400));
    Clock clock = clocks.get(random.nextInt(clocks.size()));
    if (!clock.holds(frame.ns())) {
      clock = clocks.getFirst();
    }
    List<byte[]> options = new ArrayList<>();
    options.add(file.option(2, text("eth" + random.nextInt(100))));
    options.add(file.option(1, text("a comment")));
    options.add(file.option(1, text("another comment")));
    if (clock.option != null) {
      options.add(file.option(9, clock.option.byteValue()));
    }
    if (clock.offsetSeconds != 0) {
      options.add(file.option(14, file.int64(clock.offsetSeconds)));
    }
    options.add(random.nextInt(options.size()), file.option(11, (byte) 0, (byte) 'x'));
    options.add(random.nextInt(options.size()), file.option(8, file.int64(1_000_000_000)));
    options.add(file.option(2988, text("1234 of our own")));
    if (random.nextBoolean()) {
      options.add(file.option(0));
    }
    int snapLength = random.nextBoolean() ? 0 : 1 << 18;
    file.describe(frame.link().number(), snapLength, options.toArray(byte[][]::new));
    return clock;
  }

  private static byte[][] packetOptions(CaptureBytes file, Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> new byte[][] {file.option(1, text("a packet's comment")), file.option(0)};
      case 1 -> new byte[][] {file.option(2, (byte) 1, (byte) 0, (byte) 0, (byte) 0)};
      case 2 -> new byte[][] {file.option(9, (byte) 1), file.option(0)}; // not if_tsresol here
      default -> new byte[0][];
    };
  }

  /**
   * Name resolution, statistics, secrets, a journal's entry, custom ones, and ones of the future.
   */
  private static void addOtherBlock(CaptureBytes file, Random random) {
    int[] types = {4, 5, 9, 10, 0xbad, 0x40000bad, 0x1234, 0x80000001};
    if (random.nextInt(10) == 0) {
      int words = random.nextInt(random.nextInt(100) == 0 ? 50_000 : 20);
      file.block(types[random.nextInt(types.length)], body -> body.bytes(new byte[words * 4]));
    }
  }

  private static Container simplePackets(List<HeldFrame> frames, int snapLength, ByteOrder order) {
    CaptureBytes file = new CaptureBytes(order).section();
    file.describe(frames.getFirst().link().number(), snapLength);
    file.describe(1, 60);
    List<HeldFrame> expected = new ArrayList<>();
    for (HeldFrame frame : frames) {
      byte[] kept = snapLength == 0 ? frame.bytes() : frame.cutTo(snapLength).bytes();
      // What was cut otherwise can't be told: such a frame is as if it had been so short.
      int wire = kept.length == snapLength ? frame.wire() : kept.length;
      file.simplePacket(wire, kept);
      expected.add(new HeldFrame(kept, wire, 0, frame.link(), frame.vlanTci()));
    }
    return new Container(file.toBytes(), expected);
  }

  private static boolean isPacketOf(HeldFrame frame, int etherType) {
    return frame.link() == LinkType.ETHERNET
        && frame.bytes().length > 14
        && ByteBuffer.wrap(frame.bytes()).getShort(12) == (short) etherType;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  // ---- compression, pipes and foreign writers

  /** In one member or in several, as programs that use all processors write it. */
  private static byte[] gzip(byte[] plain, Random random) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (byte[] part : parts(plain, random)) {
      try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
        out.write(part);
      }
    }
    return packed.toByteArray();
  }

  private static byte[] zstd(byte[] plain, Random random) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (byte[] part : parts(plain, random)) {
      if (random.nextBoolean()) { // a skippable frame, which pzstd begins with
        packed.writeBytes(HexFormat.of().parseHex("502a4d180400000001020304"));
      }
      packed.writeBytes(Zstd.compress(part));
    }
    return packed.toByteArray();
  }

  private static List<byte[]> parts(byte[] whole, Random random) {
    List<byte[]> parts = new ArrayList<>();
    int size = random.nextBoolean() ? whole.length : 1 + whole.length / 3;
    for (int at = 0; at < whole.length; at += size) {
      parts.add(Arrays.copyOfRange(whole, at, Math.min(at + size, whole.length)));
    }
    return parts;
  }

  private static void writeInPieces(byte[] file, Path pipe, Random random) {
    try (OutputStream out = Files.newOutputStream(pipe)) {
      for (int at = 0; at < file.length; ) {
        int piece = Math.min(file.length - at, 1 + random.nextInt(1 << 15));
        out.write(file, at, piece);
        at += piece;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int start(byte[] file) {
    return ByteBuffer.wrap(file).getInt();
  }

  private static void requireTool(String name) {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place, name))),
        "SKIPPED LOUDLY: no " + name + " on the PATH; install Wireshark's command line tools");
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
