package io.sluice.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The Java side of `sluice bench`: makes traffic, measures, compares. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Makes traffic, measures commands, and compares what they saw with the truth.",
    subcommands = {
      GenerateCommand.class,
      ReadCommand.class,
      VerifyCommand.class,
      ConvertCommand.class,
      StreamCommand.class,
      DayCommand.class,
      QueryCommand.class,
      FreshnessCommand.class,
      PublishCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((exception, command, result) -> {
              command.getErr().println(Problem.line(exception));
              return 1;
            })
            .execute(arguments));
  }
}
