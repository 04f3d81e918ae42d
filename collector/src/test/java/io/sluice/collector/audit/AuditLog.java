package io.sluice.collector.audit;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.SampleEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A sink on real files with a clock and what it told. */
final class AuditLog {
  final SteppedClock clock = new SteppedClock();
  final List<String> told = new ArrayList<>();
  final RotatingFileSink sink;
  private int next;

  AuditLog(final FileSinkOptions options) {
    this(options, EncodingFormat.COMBINED);
  }

  AuditLog(final FileSinkOptions options, final EncodingFormat format) {
    sink =
        new RotatingFileSink(
            options,
            format.create(new EncodingOptions("sensor-1", "0.1.0")),
            new LossReport("audit file", Duration.ofSeconds(10), told::add),
            clock);
  }

  static FileSinkOptions options(final Path directory) {
    return FileSinkOptions.defaults(directory, "log").withCompression(Compression.NONE);
  }

  /** Writes records whose targets are /0, /1, and so on. */
  void write(final int records) {
    for (int i = 0; i < records; i++) {
      sink.write(SampleEvents.with("GET", "/" + next++, 200));
    }
  }

  /** Lets time pass in steps of the writer's tick. */
  void pass(final Duration time) {
    for (long ms = 0; ms < time.toMillis(); ms += 100) {
      clock.advance(Duration.ofMillis(100));
      sink.onTime(clock.nowNs());
    }
  }

  long count(final AuditCounter counter) {
    return sink.counters().get(counter);
  }

  static List<Path> files(final Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(f -> !f.toString().endsWith(".chain")).sorted().toList();
    }
  }

  /** The records of a file, without comments and chain. */
  static List<String> records(final Path file) throws IOException {
    try (InputStream in =
        Compression.of(file.getFileName().toString()).open(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.startsWith("{\"sluice_chain"))
          .toList();
    }
  }

  /** The records of all files, in order. */
  static List<String> allRecords(final Path directory) throws IOException {
    final List<String> records = new ArrayList<>();
    for (final Path file : files(directory)) {
      records.addAll(records(file));
    }
    return records;
  }

  static AuditVerifier.Report verify(final Path directory) throws IOException {
    return new AuditVerifier(null).verify(directory);
  }
}
