package io.sluice.standalone;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that start, stop and examine Sluice on one machine. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Runs the whole of Sluice on this machine.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(line().execute(args));
  }

  static CommandLine line() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(Main::explain)
        .setParameterExceptionHandler(Main::refuse);
  }

  /** One line: the help that it names is a screen long, and what is wrong would scroll away. */
  private static int refuse(CommandLine.ParameterException e, String... args) {
    final CommandLine command = e.getCommandLine();
    String cause = e.getMessage().lines().findFirst().orElse("").replaceFirst("^Error: ", "");
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      cause = "'" + unmatched.getUnmatched().getFirst() + "' is none of its options";
    }
    final PrintWriter err = command.getErr();
    err.printf(
        "sluice: cannot run %s: %s; see %s --help%n",
        command.getCommandName(), cause, command.getCommandSpec().qualifiedName());
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    final PrintWriter err = line.getErr();
    if (e instanceof Problem) {
      err.println("sluice: " + e.getMessage());
      err.flush();
      return 1;
    }
    err.println("sluice: cannot finish: " + e + "; this is a fault of Sluice, please report it");
    e.printStackTrace(err);
    err.flush();
    return 70;
  }
}
