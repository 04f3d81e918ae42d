package io.sluice.bench;

import io.sluice.bench.stream.DayCheck;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A day of events with known totals through broker, jobs and store. */
@Command(
    name = "day",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Puts a day of events with known totals through broker, jobs and store.")
final class DayCommand implements Callable<Integer> {
  @Option(names = "--folder", required = true, description = "for broker, store and checkpoints")
  Path folder;

  @Option(names = "--events", defaultValue = "20000000", description = "of the day")
  int events;

  @Override
  public Integer call() throws Exception {
    return new DayCheck(folder, events, System.out).run() ? 0 : 1;
  }
}
