package io.sluice.bench;

import io.sluice.bench.publish.PublishBenchmark;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the way of events to a broker. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Measures delivery to Kafka beside kafka-producer-perf-test.")
final class PublishCommand implements Callable<Integer> {
  @Option(names = "--folder", required = true, description = "for the broker")
  Path folder;

  @Option(names = "--events", defaultValue = "2000000", description = "in each run")
  int events;

  @Option(names = "--runs", defaultValue = "3", description = "of each, in turns")
  int runs;

  @Option(names = "--rate", defaultValue = "50000", description = "events/s for the delays")
  int rate;

  @Option(names = "--seconds", defaultValue = "20", description = "how long at that rate")
  int seconds;

  @Override
  public Integer call() throws Exception {
    new PublishBenchmark(folder, events, runs, rate, seconds, System.out).run();
    return 0;
  }
}
