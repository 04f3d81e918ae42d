package io.sluice.collector.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.encoding.EncodingFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real file system that is really full, read-only, or closed to us. Mounting it needs root. */
final class FullDiskTest {
  @TempDir Path mountPoint;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted =
        "root".equals(System.getProperty("user.name"))
            && run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mountPoint.toString()) == 0;
    assumeTrue(mounted, "SKIPPED LOUDLY: mounting a small tmpfs needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("chattr", "-i", mountPoint.resolve("log").toString());
      assertThat(run("umount", mountPoint.toString())).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void aFullDiskLosesCountedRecordsAndNoneThatWereWritten(final Compression compression)
      throws IOException {
    final Path directory = mountPoint.resolve("log");
    final AuditLog log =
        new AuditLog(
            AuditLog.options(directory)
                .withCompression(compression)
                .withRotation(200_000, Duration.ofDays(1)),
            EncodingFormat.ECS);
    final Path ballast = mountPoint.resolve("ballast");
    Files.write(ballast, new byte[700_000]);
    // 20 MB of ECS records on what is left of a megabyte; ten to fifty times less when compressed.
    final int rounds = compression == Compression.NONE ? 20 : 120;
    int records = 0;
    for (int round = 0; round < rounds; round++) {
      log.write(1_000);
      records += 1_000;
      log.pass(Duration.ofMillis(1_100));
    }
    final long lost = log.count(AuditCounter.DISK_FULL);
    assertThat(lost).isPositive();
    assertThat(RotatingFileSinkTest.losses(log)).isEqualTo(lost);
    assertThat(log.told.getFirst())
        .isEqualTo(
            "cannot write audit file: no space is left on the device; free some (0 records lost)");
    assertThat(log.told.size()).isLessThanOrEqualTo(rounds * 1_100 / 10_000 + 2);

    Files.delete(ballast);
    log.pass(Duration.ofSeconds(3));
    assertThat(log.told.getLast()).startsWith("audit file is written again; " + lost);
    log.write(10);
    records += 10;
    log.sink.close();
    assertThat(log.count(AuditCounter.RECORDS_WRITTEN) + RotatingFileSinkTest.losses(log))
        .isEqualTo(records);
    assertThat(AuditLog.allRecords(directory))
        .hasSize((int) log.count(AuditCounter.RECORDS_WRITTEN));
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
  }

  @Test
  void aDirectoryOfAReadOnlyFileSystemIsRefusedAtTheStart() throws Exception {
    final Path directory = Files.createDirectory(mountPoint.resolve("log"));
    assertThat(run("mount", "-o", "remount,ro", mountPoint.toString())).isZero();
    assertThatThrownBy(() -> DirectoryLock.take(directory))
        .hasMessage(
            "cannot write an audit log to "
                + directory
                + ": the file system is read-only; mount it read-write");
  }

  @Test
  void aFullDiskIsNoReasonNotToStart() throws Exception {
    final Path directory = Files.createDirectory(mountPoint.resolve("log"));
    try (DirectoryLock lock = DirectoryLock.take(directory)) {
      assertThat(lock).isNotNull();
    }
    // The root, the directory and its lock: not one file more.
    assertThat(run("mount", "-o", "remount,nr_inodes=3", mountPoint.toString())).isZero();
    assertThatThrownBy(() -> Files.createFile(directory.resolve("more")))
        .hasMessageContaining("No space left");
    try (DirectoryLock lock = DirectoryLock.take(directory)) {
      assertThatThrownBy(() -> DirectoryLock.take(directory))
          .hasMessageContaining("another collector writes there");
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void aReadOnlyFileSystemIsAReasonOfItsOwn() throws Exception {
    final Path directory = Files.createDirectory(mountPoint.resolve("log"));
    assertThat(run("mount", "-o", "remount,ro", mountPoint.toString())).isZero();
    final AuditLog log = new AuditLog(AuditLog.options(directory));
    log.write(10);
    log.pass(Duration.ofSeconds(2));
    log.sink.close();
    assertThat(log.count(AuditCounter.READ_ONLY)).isEqualTo(10);
    assertThat(log.told.getFirst()).contains("the file system is read-only; mount it read-write");
  }

  @Test
  void lostPermissionIsAReasonOfItsOwnAndEndsWhenItIsBack() throws Exception {
    final Path directory = Files.createDirectory(mountPoint.resolve("log"));
    // Root passes over mode bits; an immutable directory refuses root too.
    assumeTrue(
        run("chattr", "+i", directory.toString()) == 0,
        "SKIPPED LOUDLY: this tmpfs has no immutable attribute");
    final AuditLog log = new AuditLog(AuditLog.options(directory));
    log.write(10);
    log.pass(Duration.ofSeconds(2));
    assertThat(log.count(AuditCounter.RECORDS_WRITTEN)).isZero();
    assertThat(log.told.getFirst()).contains("access is denied; give the sensor's user the right");
    assertThat(run("chattr", "-i", directory.toString())).isZero();
    log.pass(Duration.ofSeconds(2));
    assertThat(log.count(AuditCounter.RECORDS_WRITTEN)).isEqualTo(10);
    log.sink.close();
    assertThat(AuditLog.verify(directory).findings()).isEmpty();
  }

  private static int run(final String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
