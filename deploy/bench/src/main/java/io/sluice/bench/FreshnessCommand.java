package io.sluice.bench;

import io.sluice.bench.stream.FreshnessBenchmark;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long a request takes from the wire to an answer that counts it. */
@Command(
    name = "freshness",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Measures how long a request takes from the wire to an answer that counts it.")
final class FreshnessCommand implements Callable<Integer> {
  @Option(names = "--data-dir", required = true, description = "of a sluice up that runs")
  Path dataDir;

  @Option(names = "--seconds", defaultValue = "60", description = "of traffic")
  int seconds;

  @Override
  public Integer call() throws Exception {
    return new FreshnessBenchmark(dataDir, seconds, System.out).run() ? 0 : 1;
  }
}
