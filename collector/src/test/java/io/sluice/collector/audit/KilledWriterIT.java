package io.sluice.collector.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.SampleEvents;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process of its own that writes an audit log and is killed with SIGKILL, again and again. */
final class KilledWriterIT {
  private static final int KILLS = 3;

  @TempDir Path directory;

  /** The process: writes numbered records until it is killed, and prints what is on the disk. */
  static final class Writer {
    private Writer() {}

    public static void main(final String[] arguments) {
      final RotatingFileSink sink =
          new RotatingFileSink(
              options(Path.of(arguments[0]), Compression.valueOf(arguments[1])),
              EncodingFormat.COMBINED.create(new EncodingOptions("sensor-1", "0.1.0")),
              new LossReport("audit", Duration.ofSeconds(10), System.err::println),
              Clock.systemUTC());
      long told = 0;
      for (int i = 0; ; i++) {
        sink.write(SampleEvents.with("GET", "/" + arguments[2] + "/" + i, 200));
        sink.onTime(System.currentTimeMillis() * 1_000_000);
        final long written = sink.counters().get(AuditCounter.RECORDS_WRITTEN);
        if (written > told) {
          told = written;
          System.out.println(written);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void everyRecordThatWasWrittenOutlivesTheKill(final Compression compression) throws Exception {
    final long[] promised = new long[KILLS];
    for (int kill = 0; kill < KILLS; kill++) {
      final Process writer =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  directory.toString(),
                  compression.name(),
                  Integer.toString(kill))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader told =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
        for (int line = 0; line < 20 + 7 * kill; line++) {
          promised[kill] = Long.parseLong(told.readLine());
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
    }
    // The next start completes what the last kill left.
    final AuditLog last = new AuditLog(options(directory, compression));
    last.write(1);
    last.sink.close();
    assertThat(AuditLog.files(directory)).noneMatch(file -> file.toString().endsWith(".part"));
    final AuditVerifier.Report report = AuditLog.verify(directory);
    assertThat(report.findings()).isEmpty();
    final List<String> records = AuditLog.allRecords(directory);
    for (int kill = 0; kill < KILLS; kill++) {
      final String marker = "\"GET /" + kill + "/";
      final List<String> ofRun = records.stream().filter(r -> r.contains(marker)).toList();
      assertThat(ofRun.size()).isGreaterThanOrEqualTo((int) promised[kill]);
      for (int i = 0; i < ofRun.size(); i++) {
        assertThat(ofRun.get(i)).contains(marker + i + " ");
      }
    }
  }

  private static FileSinkOptions options(final Path directory, final Compression compression) {
    return FileSinkOptions.defaults(directory, "log")
        .withCompression(compression)
        .withRotation(500_000, Duration.ofDays(1))
        .withFlushing(Duration.ofMillis(20), FsyncPolicy.ON_SEAL);
  }
}
