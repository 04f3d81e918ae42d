package io.sluice.bench;

import io.sluice.bench.stream.StreamBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the stream jobs, and what stands beside them. */
@Command(
    name = "stream",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Measures the stream jobs from Kafka to aggregated rows.")
final class StreamCommand implements Callable<Integer> {
  @Option(names = "--folder", required = true, description = "for broker, store and events")
  Path folder;

  @Option(names = "--events", defaultValue = "3000000", description = "in the topic")
  int events;

  @Option(
      names = "--part",
      split = ",",
      defaultValue = "limit,statistics,goaccess,distinct",
      description = "what to measure")
  List<String> parts;

  @Override
  public Integer call() throws Exception {
    StreamBenchmark benchmark = new StreamBenchmark(folder, events, System.out);
    benchmark.run(parts);
    return 0;
  }
}
