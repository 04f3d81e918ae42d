package io.sluice.collector.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.Main;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code read -} as a process whose input is a pipe: what comes through it is what a file holds.
 */
class StandardInputIT {
  private static final Path DEMO = Path.of("..", "test-data", "demo", "demo.pcap.gz");

  /** A prime number, so that records and buffers are cut everywhere. */
  private static final int AT_ONCE = 4093;

  @TempDir static Path folder;
  private static Path plain;
  private static byte[] capture;
  private static List<String> expected;

  private record Result(int exit, List<String> lines, String errors) {}

  @BeforeAll
  static void readTheFile() throws Exception {
    plain = folder.resolve("demo.pcap");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(DEMO))) {
      capture = in.readAllBytes();
    }
    Files.write(plain, capture);
    Result read = read(new byte[0], plain.toString());
    assertThat(read.exit()).as(read.errors()).isZero();
    assertThat(read.lines()).hasSizeGreaterThan(50);
    expected = read.lines();
  }

  @Test
  void aPipeGivesTheEventsOfTheFile() throws Exception {
    Result read = read(capture, "-");
    assertThat(read.exit()).as(read.errors()).isZero();
    assertThat(read.lines()).containsExactlyElementsOf(expected);
  }

  @Test
  void aPipeMayBeCompressed() throws Exception {
    Result read = read(Files.readAllBytes(DEMO), "-");
    assertThat(read.exit()).as(read.errors()).isZero();
    assertThat(read.lines()).containsExactlyElementsOf(expected);
  }

  @Test
  void aPipeStandsAmongFiles() throws Exception {
    Result read = read(capture, "-", plain.toString());
    assertThat(read.exit()).as(read.errors()).isZero();
    assertThat(read.lines()).hasSize(2 * expected.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no capture at all, whatever it may be called"})
  void whatIsNoCaptureIsOneLineAndAFailure(String input) throws Exception {
    Result read = read(input.getBytes(UTF_8), "-");
    assertThat(read.exit()).isEqualTo(1);
    assertThat(read.lines()).isEmpty();
    assertThat(read.errors().strip().lines())
        .singleElement()
        .asString()
        .startsWith("cannot read standard input: ");
  }

  /** The writer dies in the middle of a record: what came before is not lost. */
  @Test
  void aPipeThatBreaksOffGivesWhatCameBefore() throws Exception {
    byte[] half = Arrays.copyOf(capture, capture.length / 2);
    Path cut = Files.write(folder.resolve("cut.pcap"), half);
    Result ofFile = read(new byte[0], cut.toString());
    Result ofPipe = read(half, "-");
    assertThat(ofPipe.lines()).isNotEmpty().containsExactlyElementsOf(ofFile.lines());
    assertThat(ofPipe.exit()).isEqualTo(ofFile.exit());
    assertThat(ofPipe.errors())
        .isEqualTo(ofFile.errors().replace(cut.toString(), "standard input"));
  }

  private static Result read(byte[] input, String... files) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "read",
            "--sensor",
            "s"));
    command.addAll(List.of(files));
    Path errors = Files.createTempFile(folder, "errors", "");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> write(process.getOutputStream(), input));
      List<String> lines = process.inputReader().lines().toList();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      writing.get(60, TimeUnit.SECONDS);
      return new Result(process.exitValue(), lines, Files.readString(errors));
    } finally {
      process.destroyForcibly();
    }
  }

  /** In pieces, as a pipe brings them. */
  private static void write(OutputStream pipe, byte[] input) {
    try (pipe) {
      for (int at = 0; at < input.length; at += AT_ONCE) {
        pipe.write(input, at, Math.min(AT_ONCE, input.length - at));
        pipe.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
