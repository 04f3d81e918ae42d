package io.sluice.bench;

import io.sluice.bench.query.QueryBenchmark;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the standard questions over a full store. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Measures every standard question over a store full of generated rows.")
final class QueryCommand implements Callable<Integer> {
  @Option(names = "--folder", required = true, description = "for the store")
  Path folder;

  @Option(names = "--hosts", defaultValue = "1000", description = "that have requests each hour")
  int hosts;

  @Option(names = "--days", defaultValue = "30", description = "until now")
  int days;

  @Option(names = "--runs", defaultValue = "5", description = "of each question, after one more")
  int runs;

  @Override
  public Integer call() throws Exception {
    return new QueryBenchmark(folder, hosts, days, runs, System.out).run() ? 0 : 1;
  }
}
