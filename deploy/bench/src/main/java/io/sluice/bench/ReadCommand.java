package io.sluice.bench;

import io.sluice.bench.measure.ReadBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the readers of capture files. The files are made by the script that calls it. */
@Command(
    name = "read",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Measures `sluice read` beside other readers of capture files.")
final class ReadCommand implements Callable<Integer> {
  @Option(names = "--sluice", required = true, description = "path of the launcher")
  String sluice;

  @Option(names = "--folder", required = true, description = "for the commands' output")
  Path folder;

  @Option(names = "--file", description = "capture files for all but the slowest readers")
  List<Path> files = List.of();

  @Option(names = "--slice", description = "a smaller capture for tshark")
  Path slice;

  @Option(names = "--runs", defaultValue = "5", description = "of each command")
  int runs;

  @Override
  public Integer call() throws IOException {
    ReadBenchmark benchmark = new ReadBenchmark(sluice, folder, runs, System.out);
    for (Path file : files) {
      benchmark.file(file);
    }
    if (slice != null) {
      benchmark.slice(slice);
    }
    if (!benchmark.skipped().isEmpty()) {
      System.out.println(
          "\nskipped: " + String.join("; ", benchmark.skipped().stream().distinct().toList()));
    }
    return 0;
  }
}
