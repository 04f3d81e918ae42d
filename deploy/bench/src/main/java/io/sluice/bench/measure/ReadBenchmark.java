package io.sluice.bench.measure;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long commands take to read a capture file: whole processes, warm page cache, in alternating
 * runs, so that what else the machine does meets all of them alike.
 */
public final class ReadBenchmark {
  private final ReadContenders contenders;
  private final Runner runner;
  private final int runs;
  private final PrintStream out;

  public ReadBenchmark(String sluice, Path folder, int runs, PrintStream out) {
    contenders = new ReadContenders(sluice, folder);
    runner = new Runner(folder);
    this.runs = runs;
    this.out = out;
  }

  /** Prints a table for all readers of the file. */
  public void file(Path file) throws IOException {
    table(file, contenders.of(file));
  }

  /** Prints a table for the readers that are too slow for a whole file, beside the yardsticks. */
  public void slice(Path slice) throws IOException {
    List<Contender> all = new ArrayList<>(contenders.of(slice));
    all.addAll(contenders.tshark(slice));
    table(slice, all);
  }

  public List<String> skipped() {
    return contenders.skipped();
  }

  private void table(Path file, List<Contender> all) throws IOException {
    long bytes = Files.size(file);
    long[] peaks = new long[all.size()];
    List<List<Run>> measured = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      // Warms the page cache and the command's own files too.
      peaks[i] = runner.peakAnonymousKib(all.get(i));
      measured.add(new ArrayList<>());
    }
    for (int round = 0; round < runs; round++) {
      for (int i = 0; i < all.size(); i++) {
        measured.get(i).add(runner.time(all.get(i)));
      }
    }
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<Run> of = measured.get(i);
      results.add(
          new Result(
              all.get(i), bytes, Median.of(of, Run::wallNs), Median.of(of, Run::cpuNs), peaks[i]));
    }
    print(file, bytes, results);
  }

  private void print(Path file, long bytes, List<Result> results) {
    Result limit = find(results, ReadContenders.LIMIT);
    Result yardstick = find(results, ReadContenders.YARDSTICK);
    out.printf(
        Locale.ROOT, "%n%s: %,d bytes; medians of %d runs%n%n", file.getFileName(), bytes, runs);
    out.println(
        "| command | wall s | CPU s | MB/s | x cat's time | x httpry's speed | RssAnon MiB |");
    out.println("|---|---:|---:|---:|---:|---:|---:|");
    for (Result result : results) {
      out.printf(
          Locale.ROOT,
          "| %s | %.3f | %.3f | %,.0f | %.2f | %s | %.0f |%n",
          result.contender().name(),
          result.wallSeconds(),
          result.cpuSeconds(),
          result.bytesPerSecond() / 1e6,
          result.wallSeconds() / limit.wallSeconds(),
          yardstick == null
              ? "-"
              : String.format(Locale.ROOT, "%.2f", yardstick.wallSeconds() / result.wallSeconds()),
          result.peakAnonymousKib() / 1024.0);
    }
    out.println();
    for (Result result : results) {
      out.println("    " + result.contender().commandLine(file));
    }
  }

  private static Result find(List<Result> results, String name) {
    return results.stream()
        .filter(result -> result.contender().name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
