package io.sluice.bench;

import io.sluice.bench.traffic.Mix;
import io.sluice.bench.traffic.TrafficGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a capture file of the standard mix, and on request what is to be seen in it. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Writes a capture file of invented HTTP traffic; the same options, the same bytes.")
final class GenerateCommand implements Callable<Integer> {
  @Option(names = "--out", required = true, description = "capture file to write")
  Path out;

  @Option(names = "--truth", description = "file for what is to be seen: a JSON line per exchange")
  Path truth;

  @Option(names = "--size", defaultValue = "100m", description = "bytes, with k, m or g")
  String size;

  @Option(names = "--seed", defaultValue = "1", description = "any number")
  long seed;

  @Option(names = "--connections", description = "open at a time (default: 256)")
  Integer connections;

  @Option(names = "--mbit", defaultValue = "1000", description = "rate in packet time")
  double megabitsPerSecond;

  @Option(names = "--ipv6", defaultValue = "0.2", description = "share of connections")
  double ipv6;

  @Option(names = "--pipelined", defaultValue = "0.1", description = "share of connections")
  double pipelined;

  @Option(names = "--split", defaultValue = "0.05", description = "share of requests")
  double split;

  @Option(names = "--large", defaultValue = "0.002", description = "share of bodies of 1 MiB")
  double large;

  @Option(names = "--chunked", defaultValue = "0.3", description = "share of bodies")
  double chunked;

  @Option(names = "--unregistered", defaultValue = "0.01", description = "share of methods")
  double unregistered;

  @Option(names = "--reordered", defaultValue = "0", description = "share of data segments")
  double reordered;

  @Option(names = "--retransmitted", defaultValue = "0", description = "share of data segments")
  double retransmitted;

  @Option(names = "--other", defaultValue = "0", description = "share of connections, not HTTP")
  double other;

  @Option(names = "--flood", defaultValue = "0", description = "64-byte frames per other frame")
  double flood;

  @Override
  public Integer call() throws IOException {
    long bytes = Sizes.parse(size);
    int open =
        connections != null ? connections : (int) Math.clamp(bytes / Sizes.parse("256k"), 4, 256);
    Mix mix =
        new Mix(
            open,
            megabitsPerSecond,
            ipv6,
            pipelined,
            split,
            large,
            chunked,
            unregistered,
            reordered,
            retransmitted,
            other,
            flood);
    long began = System.nanoTime();
    TrafficGenerator.Written written;
    try (Writer lines = truth == null ? null : truthWriter()) {
      written = TrafficGenerator.write(seed, bytes, mix, Files.newOutputStream(out), lines);
    }
    System.err.printf(
        Locale.ROOT,
        "%s: %,d bytes, %,d frames, %,d exchanges on %,d connections, %.1f s of traffic; took %.1f s%n",
        out,
        written.bytes(),
        written.frames(),
        written.exchanges(),
        written.sessions(),
        written.seconds(),
        (System.nanoTime() - began) / 1e9);
    return 0;
  }

  private Writer truthWriter() throws IOException {
    return new BufferedWriter(Files.newBufferedWriter(truth, StandardCharsets.UTF_8), 1 << 20);
  }
}
