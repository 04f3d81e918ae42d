package io.sluice.bench;

import io.sluice.bench.verify.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares events with a generated file's truth. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Compares the events of `sluice read` with the truth that `generate` wrote.")
final class VerifyCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "TRUTH", description = "JSON lines of `generate --truth`")
  Path truth;

  @Parameters(index = "1", paramLabel = "EVENTS", description = "JSON lines of `sluice read`")
  Path events;

  @Option(names = "--show", defaultValue = "5", description = "differences to print")
  int show;

  @Override
  public Integer call() throws IOException {
    Comparison comparison = Comparison.of(truth, events, show);
    System.out.print(comparison.report());
    return comparison.same() ? 0 : 1;
  }
}
