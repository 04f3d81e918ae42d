package io.sluice.query.cli;

import io.sluice.query.Failure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

@Command(
    name = "query",
    description = "Answers questions about the requests that were seen.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StoreInitCommand.class})
public final class QueryCommand {
  /**
   * @return the exit code: 0 answered, 1 could not, 2 was asked wrongly
   */
  public static int run(String... arguments) {
    CommandLine line = new CommandLine(new QueryCommand());
    line.setExecutionExceptionHandler((thrown, command, parsed) -> {
      String text =
          thrown instanceof Failure
              ? thrown.getMessage()
              : "cannot answer: " + thrown + "; please report this";
      command.getErr().println(text);
      return ExitCode.SOFTWARE;
    });
    return line.execute(arguments);
  }
}
