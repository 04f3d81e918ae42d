package io.sluice.collector.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.SampleEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RotatingFileSinkTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Compression.class)
  void recordsComeBackInOrder(final Compression compression) throws IOException {
    final AuditLog log = new AuditLog(AuditLog.options(directory).withCompression(compression));
    log.write(5_000);
    log.sink.close();
    final List<String> records = AuditLog.allRecords(directory);
    assertThat(records).hasSize(5_000);
    for (int i = 0; i < 5_000; i++) {
      assertThat(records.get(i)).contains("\"GET /" + i + " HTTP/1.1\"");
    }
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
    assertThat(log.count(AuditCounter.RECORDS_WRITTEN)).isEqualTo(5_000);
    assertThat(log.count(AuditCounter.FILES_SEALED)).isEqualTo(1);
    assertThat(log.told).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void everyEncodingIsChained(final EncodingFormat format) throws IOException {
    final AuditLog log = new AuditLog(AuditLog.options(directory), format);
    SampleEvents.hostileTexts().map(SampleEvents::everywhere).forEach(log.sink::write);
    log.sink.close();
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
    assertThat(AuditLog.allRecords(directory)).hasSize((int) SampleEvents.hostileTexts().count());
  }

  @Test
  void rotatesBySize() throws IOException {
    final AuditLog log =
        new AuditLog(AuditLog.options(directory).withRotation(10_000, Duration.ofDays(1)));
    for (int i = 0; i < 10; i++) {
      log.write(100);
      log.pass(SECOND.plusMillis(100));
    }
    log.sink.close();
    final List<Path> files = AuditLog.files(directory);
    assertThat(files).hasSize(10);
    assertThat(files.getLast().getFileName().toString()).contains("-00000010.log");
    assertThat(AuditLog.allRecords(directory)).hasSize(1_000);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
  }

  @Test
  void rotatesByTimeAndNeverMakesAnEmptyFile() throws IOException {
    final AuditLog log =
        new AuditLog(AuditLog.options(directory).withRotation(1 << 30, Duration.ofSeconds(30)));
    log.pass(Duration.ofMinutes(2));
    assertThat(AuditLog.files(directory)).isEmpty();
    log.write(1);
    log.pass(Duration.ofSeconds(40));
    assertThat(AuditLog.files(directory)).hasSize(1).noneMatch(RotatingFileSinkTest::isPart);
    log.write(1);
    log.pass(Duration.ofSeconds(5));
    assertThat(AuditLog.files(directory)).hasSize(2).anyMatch(RotatingFileSinkTest::isPart);
    log.sink.close();
    assertThat(AuditLog.files(directory)).hasSize(2).noneMatch(RotatingFileSinkTest::isPart);
  }

  @Test
  void recordsAreOnDiskAfterTheFlushInterval() throws IOException {
    final AuditLog log =
        new AuditLog(
            AuditLog.options(directory)
                .withCompression(Compression.ZSTD)
                .withFlushing(SECOND, FsyncPolicy.ON_BLOCK));
    log.write(10);
    log.pass(SECOND.plusMillis(200));
    assertThat(AuditLog.files(directory)).hasSize(1).allMatch(RotatingFileSinkTest::isPart);
    final Path part = AuditLog.files(directory).getFirst();
    final Path copy = directory.resolve("copy.log.zst");
    Files.copy(part, copy);
    assertThat(AuditLog.records(copy)).hasSize(10);
    log.sink.close();
  }

  @Test
  void keepsOnlySoManyFiles() throws IOException {
    final AuditLog log =
        new AuditLog(
            AuditLog.options(directory).withRotation(1, Duration.ofDays(1)).withKeepFiles(3));
    for (int i = 0; i < 8; i++) {
      log.write(1);
      log.pass(SECOND.plusMillis(100));
    }
    assertThat(AuditLog.files(directory)).hasSize(3);
    assertThat(AuditLog.allRecords(directory)).last().asString().contains("/7 ");
    assertThat(log.count(AuditCounter.FILES_EXPIRED)).isEqualTo(5);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
    assertThat(AuditLog.verify(directory).notes()).hasSize(1);
  }

  @Test
  void theNextRunGoesOnWithTheChain() throws IOException {
    for (int run = 0; run < 3; run++) {
      final AuditLog log = new AuditLog(AuditLog.options(directory));
      log.write(10);
      log.sink.close();
    }
    assertThat(AuditLog.files(directory)).hasSize(3);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void whatAKilledRunLeftIsRecoveredToTheLastWholeLine(final Compression compression)
      throws IOException {
    final FileSinkOptions options = AuditLog.options(directory).withCompression(compression);
    final AuditLog killed = new AuditLog(options);
    killed.write(100);
    killed.pass(SECOND.plusMillis(100));
    killed.write(50);
    killed.pass(SECOND.plusMillis(100));
    // A kill in the middle of a write: some bytes of the second block are missing.
    final Path part = AuditLog.files(directory).getFirst();
    try (var channel = Files.newByteChannel(part, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(part) - 20);
    }
    final AuditLog next = new AuditLog(options);
    next.write(7);
    next.sink.close();
    assertThat(next.count(AuditCounter.FILES_RECOVERED)).isEqualTo(1);
    final List<Path> files = AuditLog.files(directory);
    assertThat(files).hasSize(2).noneMatch(RotatingFileSinkTest::isPart);
    // Whole blocks for certain; of the torn one, the lines that can still be decompressed.
    assertThat(AuditLog.records(files.getFirst()).size()).isBetween(100, 149);
    assertThat(AuditLog.records(files.getFirst()))
        .allMatch(line -> line.endsWith("\"Mozilla/5.0 (X11)\""));
    assertThat(AuditLog.records(files.getLast())).hasSize(7);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
  }

  @Test
  void aRunKilledBetweenSealAndChainFileLeavesAWholeChain() throws IOException {
    final AuditLog first = new AuditLog(AuditLog.options(directory));
    first.write(1);
    first.sink.close();
    final Path chain = ChainState.file(directory, "sluice");
    final String before = Files.readString(chain);
    final AuditLog second = new AuditLog(AuditLog.options(directory));
    second.write(1);
    second.sink.close();
    Files.writeString(chain, before);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
    final AuditLog third = new AuditLog(AuditLog.options(directory));
    third.write(1);
    third.sink.close();
    assertThat(AuditLog.files(directory)).hasSize(3);
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
  }

  @Test
  void aRemovedDirectoryIsMadeAgainAndTheLossCounted() throws IOException {
    final Path log = directory.resolve("a/b");
    final AuditLog audit = new AuditLog(AuditLog.options(log));
    audit.write(10);
    audit.pass(SECOND.plusMillis(100));
    for (final Path file : AuditLog.files(log)) {
      Files.delete(file);
    }
    Files.deleteIfExists(ChainState.file(log, "sluice"));
    Files.delete(log);
    Files.delete(directory.resolve("a"));
    audit.write(5);
    audit.pass(Duration.ofSeconds(3));
    audit.sink.close();
    assertThat(audit.count(AuditCounter.RECORDS_VANISHED)).isEqualTo(10);
    assertThat(audit.count(AuditCounter.RECORDS_WRITTEN)).isEqualTo(15);
    assertThat(AuditLog.allRecords(log)).hasSize(5);
    assertThat(audit.told)
        .containsExactly(
            "cannot write audit file: the directory does not exist; create it (0 records lost)",
            "audit file is written again; 0 records were lost");
    assertThat(AuditLog.verify(log).findings()).isEmpty();
  }

  @Test
  void whatHasNoPlaceWhileTheDirectoryCannotBeMadeIsCountedAndToldOnceAnInterval()
      throws IOException {
    final Path inTheWay = Files.writeString(directory.resolve("log"), "a file");
    final AuditLog audit = new AuditLog(AuditLog.options(inTheWay.resolve("below")));
    audit.pass(Duration.ofSeconds(1));
    audit.write(10_000);
    audit.pass(Duration.ofSeconds(25));
    final long lost = losses(audit);
    assertThat(lost).isPositive();
    // At once, after 10 and after 20 seconds; never once a record.
    assertThat(audit.told).hasSizeBetween(1, 3);
    Files.delete(inTheWay);
    audit.pass(Duration.ofSeconds(2));
    audit.sink.close();
    assertThat(audit.count(AuditCounter.RECORDS_WRITTEN) + losses(audit)).isEqualTo(10_000);
    assertThat(AuditLog.allRecords(inTheWay.resolve("below"))).hasSize((int) (10_000 - lost));
  }

  @Test
  void aBrokenEncodingLosesItsRecordOnly() throws IOException {
    final var plain =
        EncodingFormat.COMBINED.create(new io.sluice.collector.encoding.EncodingOptions("s", "1"));
    final RotatingFileSink sink =
        new RotatingFileSink(
            AuditLog.options(directory),
            new io.sluice.collector.encoding.EventEncoding() {
              @Override
              public String name() {
                return plain.name();
              }

              @Override
              public String contentType() {
                return plain.contentType();
              }

              @Override
              public void append(
                  final io.sluice.collector.event.RequestEvent event,
                  final io.sluice.collector.encoding.RecordBuffer out) {
                plain.append(event, out);
                if (event.request().target().equals("/bad")) {
                  throw new IllegalStateException("planted");
                }
              }
            },
            new LossReport("audit file", SECOND, line -> {}),
            new SteppedClock());
    sink.write(SampleEvents.with("GET", "/1", 200));
    sink.write(SampleEvents.with("GET", "/bad", 200));
    sink.write(SampleEvents.with("GET", "/2", 200));
    sink.close();
    assertThat(AuditLog.allRecords(directory)).hasSize(2);
    assertThat(sink.counters().get(AuditCounter.ENCODING_FAILED)).isEqualTo(1);
  }

  @Test
  void zeekFilesAreWholeByThemselves() throws IOException {
    final AuditLog log = new AuditLog(AuditLog.options(directory), EncodingFormat.ZEEK);
    log.write(2);
    log.sink.close();
    final List<String> lines =
        Files.readAllLines(AuditLog.files(directory).getFirst(), StandardCharsets.UTF_8);
    assertThat(lines.getFirst()).isEqualTo("#separator \\x09");
    assertThat(lines).filteredOn(line -> line.startsWith("#close")).hasSize(1);
    assertThat(lines.getLast()).startsWith("#{\"sluice_chain_seal\":");
  }

  static long losses(final AuditLog log) {
    return List.of(
            AuditCounter.DISK_FULL,
            AuditCounter.DIRECTORY_MISSING,
            AuditCounter.PERMISSION_DENIED,
            AuditCounter.READ_ONLY,
            AuditCounter.IO_ERROR)
        .stream()
        .mapToLong(log::count)
        .sum();
  }

  private static boolean isPart(final Path file) {
    return file.toString().endsWith(AuditFileName.PART);
  }
}
