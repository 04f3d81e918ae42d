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
    final CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(Main::explain);
    System.exit(line.execute(args));
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
