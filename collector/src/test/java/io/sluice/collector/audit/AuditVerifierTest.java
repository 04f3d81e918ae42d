package io.sluice.collector.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.encoding.EncodingFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class AuditVerifierTest {
  private static final int RECORDS = 40;
  private static final SecretKey KEY = new SecretKeySpec(new byte[32], "HmacSHA256");

  @TempDir Path directory;
  private List<Path> files;

  @BeforeEach
  void writeFourFiles() throws IOException {
    write(directory, AuditLog.options(directory));
    files = AuditLog.files(directory);
    assertThat(files).hasSize(4);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
    assertThat(AuditLog.verify(directory).lines()).isEqualTo(4 * RECORDS);
  }

  @Test
  void everyRemovedRecordIsNamed() throws IOException {
    for (int line = 0; line < RECORDS; line++) {
      final int removed = line;
      assertFinding(lines -> lines.remove(removed), Finding.Kind.LINE_REMOVED, removed + 1);
    }
  }

  @Test
  void everyAlteredRecordIsNamed() throws IOException {
    for (int line = 0; line < RECORDS; line++) {
      final int altered = line;
      assertFinding(
          lines -> lines.set(altered, lines.get(altered).replace("GET", "PUT")),
          Finding.Kind.LINE_ALTERED,
          altered + 1);
    }
  }

  @Test
  void recordsThatChangedPlacesAreNamed() throws IOException {
    for (int line = 0; line + 1 < RECORDS; line++) {
      final int first = line;
      final List<Finding> findings = tamper(lines -> Collections.swap(lines, first, first + 1));
      assertThat(findings).hasSize(1);
      assertThat(findings.getFirst().kind()).isEqualTo(Finding.Kind.LINE_MOVED);
      assertThat(findings.getFirst().line()).isBetween(first + 1L, first + 2L);
    }
  }

  @Test
  void aRecordThatWasPutInIsNamedByItsPlace() throws IOException {
    final List<Finding> findings = tamper(lines -> lines.add(17, lines.get(3)));
    assertThat(findings)
        .singleElement()
        .hasToString(files.get(1).getFileName() + ": line 18 was put in");
    assertThat(tamper(lines -> lines.add(lines.get(3))))
        .singleElement()
        .extracting(Finding::kind)
        .isEqualTo(Finding.Kind.LINE_INSERTED);
  }

  @Test
  void manyChangesAtOnceAreAllNamed() throws IOException {
    final List<Finding> findings =
        tamper(lines -> {
          lines.set(30, "altered");
          lines.remove(20);
          lines.add(5, lines.remove(10));
        });
    assertThat(findings)
        .extracting(f -> f.kind() + " " + f.line())
        .containsExactlyInAnyOrder("LINE_MOVED 11", "LINE_REMOVED 21", "LINE_ALTERED 31");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void everyRemovedFileIsNamed(final int index) throws IOException {
    Files.delete(files.get(index));
    final AuditVerifier.Report report = AuditLog.verify(directory);
    if (index == 0) {
      // What expiry removes looks the same: it is told, and is no fault.
      assertThat(report.findings()).isEmpty();
      assertThat(report.notes()).hasSize(1);
    } else {
      assertThat(report.findings()).hasSize(1);
      assertThat(report.findings().getFirst().kind()).isEqualTo(Finding.Kind.FILE_REMOVED);
      assertThat(report.findings().getFirst().message()).contains("number " + (index + 1));
    }
  }

  @Test
  void filesThatChangedNamesAreNamed() throws IOException {
    final Path aside = directory.resolve("aside");
    Files.move(files.get(1), aside);
    Files.move(files.get(2), files.get(1));
    Files.move(aside, files.get(2));
    assertThat(AuditLog.verify(directory).findings())
        .extracting(Finding::kind)
        .contains(Finding.Kind.FILE_RENAMED, Finding.Kind.CHAIN_BROKEN);
  }

  @Test
  void aFileFromAnotherLogDoesNotFit(@TempDir final Path other) throws IOException {
    final AuditLog log = new AuditLog(AuditLog.options(other));
    log.write(3);
    log.sink.close();
    Files.copy(
        AuditLog.files(other).getFirst(),
        files.getFirst(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(AuditLog.verify(directory).findings())
        .extracting(Finding::kind)
        .contains(Finding.Kind.CHAIN_BROKEN);
  }

  @Test
  void aFileWithoutItsEndIsNamed() throws IOException {
    final List<String> lines = Files.readAllLines(files.get(1));
    Files.write(files.get(1), lines.subList(0, 20));
    assertThat(AuditLog.verify(directory).findings())
        .extracting(Finding::kind)
        .contains(Finding.Kind.NOT_SEALED);
  }

  @Test
  void aChangedSealOrHashListIsNamed() throws IOException {
    assertThat(
            tamperAll(lines ->
                lines.replaceAll(line -> line.replaceFirst("\"lines\":40", "\"lines\":41"))))
        .isEmpty();
    assertThat(
            tamperAll(lines ->
                lines.replaceAll(line -> line.replaceFirst("\"head\":\".", "\"head\":\"0"))))
        .extracting(Finding::kind)
        .contains(Finding.Kind.SEAL_ALTERED);
  }

  @Test
  void aMissingChainFileIsNamed() throws IOException {
    Files.delete(ChainState.file(directory, "sluice"));
    assertThat(AuditLog.verify(directory).findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.END_UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void aFlippedByteAnywhereIsFound(final Compression compression, @TempDir final Path other)
      throws IOException {
    write(other, AuditLog.options(other).withCompression(compression));
    final Path file = AuditLog.files(other).get(1);
    final byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at += 7) {
      final byte[] damaged = whole.clone();
      damaged[at] ^= 0x20;
      Files.write(file, damaged);
      if (!sameContent(file, whole, compression)) {
        assertThat(AuditLog.verify(other).findings()).as("byte %d", at).isNotEmpty();
      }
    }
  }

  @Test
  void aKeyedChainNeedsItsKey(@TempDir final Path keyed) throws IOException {
    write(keyed, AuditLog.options(keyed).withChain(true, KEY));
    assertThat(new AuditVerifier(KEY).verify(keyed).findings()).isEmpty();
    assertThat(AuditLog.verify(keyed).findings())
        .extracting(Finding::kind)
        .containsOnly(Finding.Kind.WRONG_KEY);
    final SecretKey wrong =
        new SecretKeySpec("0123456789abcdef".getBytes(StandardCharsets.US_ASCII), "HmacSHA256");
    assertThat(new AuditVerifier(wrong).verify(keyed).findings())
        .extracting(Finding::kind)
        .containsOnly(Finding.Kind.WRONG_KEY);
    // Whoever replaces the log by one without a key is found out by whoever checks with the key.
    assertThat(new AuditVerifier(KEY).verify(directory).findings()).isNotEmpty();
  }

  @Test
  void theCommandPrintsFindingsAndAnExitCode() throws IOException {
    final StringWriter out = new StringWriter();
    assertThat(run(out, "verify", directory.toString())).isZero();
    assertThat(out.toString()).contains("4 files, 160 lines, all as written; last head ");
    final String head = HexFormat.of().formatHex(AuditLog.verify(directory).lastHead());
    assertThat(run(out, "verify", "--head", head, directory.toString())).isZero();
    assertThat(run(out, "verify", "--head", "00", directory.toString())).isEqualTo(1);
    final List<String> lines = Files.readAllLines(files.get(1));
    lines.remove(16);
    Files.write(files.get(1), lines);
    final StringWriter found = new StringWriter();
    assertThat(run(found, "verify", directory.toString())).isEqualTo(1);
    assertThat(found.toString())
        .contains(files.get(1).getFileName() + ": line 17 as written was removed\n")
        .contains("1 findings");
    final StringWriter error = new StringWriter();
    assertThat(run(error, "verify", directory.resolve("none\u001b").toString())).isEqualTo(2);
    assertThat(error.toString())
        .startsWith("cannot verify ")
        .contains("none\\x1b: it is no directory; name the one with the audit files");
    assertThat(run(error, "verify", "--key-file", "/nowhere", directory.toString())).isEqualTo(2);
    assertThat(
            run(error, "verify", "--key-file", files.getFirst().toString(), directory.toString()))
        .isEqualTo(2);
  }

  private static int run(final StringWriter output, final String... arguments) {
    final PrintWriter writer = new PrintWriter(output, true);
    return new CommandLine(new AuditCommand()).setOut(writer).setErr(writer).execute(arguments);
  }

  private static boolean sameContent(
      final Path file, final byte[] whole, final Compression compression) {
    // Some bytes of a compressed file are not of its content: a gzip header's time, for example.
    try (var damaged = compression.open(Files.newInputStream(file));
        var original = compression.open(new java.io.ByteArrayInputStream(whole))) {
      return java.util.Arrays.equals(damaged.readAllBytes(), original.readAllBytes());
    } catch (final IOException e) {
      return false;
    }
  }

  private static void write(final Path directory, final FileSinkOptions options) {
    final AuditLog log =
        new AuditLog(options.withRotation(1, Duration.ofDays(1)), EncodingFormat.COMBINED);
    for (int file = 0; file < 4; file++) {
      log.write(RECORDS);
      log.pass(Duration.ofMillis(1_100));
    }
    log.sink.close();
  }

  private void assertFinding(final Tampering tampering, final Finding.Kind kind, final long line)
      throws IOException {
    final List<Finding> findings = tamper(tampering);
    assertThat(findings).as("%s %d", kind, line).hasSize(1);
    assertThat(findings.getFirst().kind()).isEqualTo(kind);
    assertThat(findings.getFirst().line()).isEqualTo(line);
    assertThat(findings.getFirst().file()).isEqualTo(files.get(1).getFileName().toString());
  }

  /** Changes the records of the second file, verifies, and restores it. */
  private List<Finding> tamper(final Tampering tampering) throws IOException {
    return tamperAll(lines -> {
      final List<String> records = new ArrayList<>(lines.subList(0, RECORDS));
      final List<String> trailer = List.copyOf(lines.subList(RECORDS, lines.size()));
      tampering.change(records);
      lines.clear();
      lines.addAll(records);
      lines.addAll(trailer);
    });
  }

  private List<Finding> tamperAll(final Tampering tampering) throws IOException {
    final byte[] original = Files.readAllBytes(files.get(1));
    final List<String> lines = new ArrayList<>(Files.readAllLines(files.get(1)));
    tampering.change(lines);
    Files.write(files.get(1), lines);
    try {
      return AuditLog.verify(directory).findings();
    } finally {
      Files.write(files.get(1), original);
    }
  }

  /** A change to the lines of a file. */
  @FunctionalInterface
  private interface Tampering {
    void change(List<String> lines);
  }
}
