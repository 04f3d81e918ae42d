package io.sluice.collector.fuzz;

import io.sluice.collector.testing.Http2Cases;
import io.sluice.collector.testing.HttpCases;
import io.sluice.collector.testing.Talk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What is fuzzed, from which seeds. Findings become files in {@code src/test/fuzz/NAME}. */
enum FuzzTargets {
  DECODE(DecodeFuzz.class, DecodeFuzz::fuzzerTestOneInput, FuzzTargets::frames),
  REASSEMBLY(ReassemblyFuzz.class, ReassemblyFuzz::fuzzerTestOneInput, FuzzTargets::segments),
  HTTP(HttpFuzz.class, HttpFuzz::fuzzerTestOneInput, FuzzTargets::conversations),
  HTTP2(Http2Fuzz.class, Http2Fuzz::fuzzerTestOneInput, FuzzTargets::frameLists),
  CAPTURE_FILE(CaptureFileFuzz.class, CaptureFileFuzz::fuzzerTestOneInput, FuzzTargets::files);

  /** A supplier that is asked once. */
  private interface Seeds {
    List<byte[]> get();
  }

  private final Class<?> type;
  private final Consumer<byte[]> run;
  private final Seeds seeds;

  FuzzTargets(Class<?> type, Consumer<byte[]> run, Seeds seeds) {
    this.type = type;
    this.run = run;
    this.seeds = seeds;
  }

  Class<?> type() {
    return type;
  }

  void run(byte[] input) {
    run.accept(input);
  }

  /** Seeds and findings. */
  List<byte[]> inputs() {
    List<byte[]> inputs = new ArrayList<>(seeds.get());
    Path findings = Path.of("src", "test", "fuzz", name().toLowerCase(java.util.Locale.ROOT));
    if (Files.isDirectory(findings)) {
      try (Stream<Path> files = Files.list(findings)) {
        for (Path file : files.sorted().toList()) {
          inputs.add(Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return inputs;
  }

  private static Talk talk() {
    return Talk.open()
        .client("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        .clientEnds()
        .serverEnds();
  }

  private static List<byte[]> frames() {
    byte[] tcp = talk().packets().get(3).frame();
    byte[] ip = java.util.Arrays.copyOfRange(tcp, 14, tcp.length);
    String inner = HexFormat.of().formatHex(ip);
    String mac = "020000000001020000000002";
    return Stream.of(
            "01" + mac + "0800" + inner,
            "01" + mac + "81000005" + "0800" + inner,
            "01" + mac + "8847" + "00001100" + "00002100" + inner,
            "01" + mac + "8864" + "11000001" + "0100" + "0021" + inner,
            // IPv6 with a hop-by-hop header and a fragment header, then TCP
            "01"
                + mac
                + "86dd"
                + "60000000"
                + "00240040"
                + "00".repeat(15)
                + "01"
                + "00".repeat(15)
                + "02"
                + "2c00"
                + "010400000000"
                + "0600"
                + "000000000001"
                + "0050"
                + "1f90"
                + "00000001"
                + "00000000"
                + "50100000"
                + "00000000",
            // GRE, IP in IP, UDP with VXLAN, GTP
            "01" + mac + "0800" + ip(47, "00000800" + inner),
            "01" + mac + "0800" + ip(4, inner),
            "01"
                + mac
                + "0800"
                + ip(
                    17,
                    "1000" + "12b5" + "00000000" + "08000000" + "00000100" + mac + "0800" + inner),
            "01"
                + mac
                + "0800"
                + ip(17, "1000" + "0868" + "00000000" + "30ff0000" + "00000001" + inner),
            "00" + "02000000" + inner,
            "05" + inner,
            "09" + "0000" + "0001" + "0006" + "0200000000010000" + "0800" + inner,
            "0f" + "0800" + "0000" + "00000001" + "0001" + "00" + "06" + "0200000000010000" + inner)
        .map(FuzzTargets::frame)
        .toList();
  }

  private static String ip(int protocol, String payload) {
    int length = 20 + payload.length() / 2;
    return "4500%04x0000000040%02x00000a0000010a000002".formatted(length, protocol) + payload;
  }

  private static byte[] frame(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    ByteBuffer out = ByteBuffer.allocate(bytes.length + 3);
    out.put(bytes[0]).putShort((short) (bytes.length - 1)).put(bytes, 1, bytes.length - 1);
    return out.array();
  }

  private static List<byte[]> segments() {
    return Stream.of(
            "01"
                + "02"
                + "80008000"
                + "00"
                + "00"
                + "01"
                + "00"
                + "12"
                + "80018001"
                + "00"
                + "00"
                + "01"
                + "01"
                + "10"
                + "80018001"
                + "20"
                + "00"
                + "01"
                + "01"
                + "10"
                + "80418001"
                + "20"
                + "00"
                + "01"
                + "01"
                + "10"
                + "80218001"
                + "20"
                + "05"
                + "ff"
                + "00"
                + "11"
                + "80018061"
                + "10"
                + "00"
                + "01"
                + "01"
                + "14"
                + "80618012"
                + "00"
                + "00"
                + "01",
            "c1"
                + "10"
                + "00010001"
                + "ff"
                + "00"
                + "90"
                + "61"
                + "10"
                + "00010001"
                + "ff"
                + "00"
                + "90")
        .map(HexFormat.of()::parseHex)
        .toList();
  }

  private static List<byte[]> conversations() {
    return Stream.concat(HttpCases.all().stream(), Http2Cases.all().stream())
        .map(c -> HttpFuzz.seed(c.client(), c.server()))
        .toList();
  }

  /** Two streams asked and answered; a promise, a reset, a section in parts, and a GOAWAY. */
  private static List<byte[]> frameLists() {
    String ask = "08" + "01" + "05" + "%02x" + "02" + "2f61";
    String answer = "09" + "01" + "04" + "%02x" + "01" + "30";
    String data = "01" + "00" + "01" + "%02x" + "05" + "6162636465";
    return Stream.of(
            (ask + ask + answer + data + answer + data).formatted(1, 3, 3, 3, 1, 1),
            (ask + "09" + "05" + "04" + "01" + "01" + "02" + answer + data + answer + data)
                .formatted(1, 2, 2, 1, 1),
            (ask + answer + "01" + "03" + "00" + "01" + "04" + "00000002").formatted(1, 1),
            ("00" + "01" + "01" + "01" + "01" + "82" + "00" + "09" + "04" + "01" + "02" + "8684"),
            (ask + ask + "01" + "07" + "00" + "00" + "08" + "0000000100000000").formatted(1, 3))
        .map(HexFormat.of()::parseHex)
        .toList();
  }

  private static List<byte[]> files() {
    byte[] frame = talk().packets().get(3).frame();
    List<byte[]> files = new ArrayList<>();
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      for (int magic : List.of(0xa1b2c3d4, 0xa1b23c4d)) {
        ByteBuffer pcap = ByteBuffer.allocate(40 + frame.length).order(order);
        pcap.putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
        pcap.putInt(65535).putInt(1);
        pcap.putInt(1_700_000_000).putInt(5).putInt(frame.length).putInt(frame.length).put(frame);
        files.add(pcap.array());
      }
      files.add(pcapng(order, frame));
    }
    files.add("no capture".getBytes(StandardCharsets.US_ASCII));
    return files;
  }

  /** Section, interface with a time resolution, enhanced, simple and unknown block. */
  private static byte[] pcapng(ByteOrder order, byte[] frame) {
    int padded = (frame.length + 3) & ~3;
    ByteBuffer out = ByteBuffer.allocate(28 + 32 + 32 + padded + 16 + padded + 16).order(order);
    out.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0);
    out.putLong(-1).putInt(28);
    out.putInt(1).putInt(32).putShort((short) 1).putShort((short) 0).putInt(0);
    out.putShort((short) 9).putShort((short) 1).putInt(order == ByteOrder.BIG_ENDIAN ? 9 << 24 : 9);
    out.putInt(0).putInt(32);
    out.putInt(6).putInt(32 + padded).putInt(0).putInt(1).putInt(2).putInt(frame.length);
    out.putInt(frame.length).put(frame).position(28 + 32 + 28 + padded);
    out.putInt(32 + padded);
    int simple = out.position();
    out.putInt(3)
        .putInt(16 + padded)
        .putInt(frame.length)
        .put(frame)
        .position(simple + 12 + padded);
    out.putInt(16 + padded);
    out.putInt(0xbad).putInt(16).putInt(0).putInt(16);
    return out.array();
  }
}
