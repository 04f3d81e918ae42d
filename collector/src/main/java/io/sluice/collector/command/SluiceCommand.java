package io.sluice.collector.command;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The collector's command line. */
@Command(
    name = "sluice",
    description = "Watches HTTP on a network interface or in capture files.",
    subcommands = {
      ReadCommand.class,
      CaptureCommand.class,
      CollectCommand.class,
      StatusCommand.class
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
public final class SluiceCommand {
  private static final int FAILED = 1;

  private SluiceCommand() {}

  /** Runs a command and returns the exit status. */
  public static int run(String... arguments) {
    return new CommandLine(new SluiceCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(SluiceCommand::tell)
        .execute(arguments);
  }

  private static int tell(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    if (failure instanceof CommandFailure
        || failure instanceof IOException
        || failure instanceof IllegalArgumentException) {
      System.err.println(failure.getMessage());
    } else {
      // A fault of ours: whoever reports it needs all of it.
      failure.printStackTrace();
    }
    return FAILED;
  }
}
