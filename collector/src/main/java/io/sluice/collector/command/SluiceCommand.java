package io.sluice.collector.command;

import io.sluice.collector.audit.AuditCommand;
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
      AuditCommand.class,
      StatusCommand.class
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
public final class SluiceCommand {
  private SluiceCommand() {}

  /** Runs a command and returns the exit status. */
  public static int run(String... arguments) {
    ReadCommand plain = PlainRead.of(arguments);
    return plain == null ? Parsed.run(arguments) : runPlain(plain);
  }

  private static int runPlain(ReadCommand command) {
    try {
      return command.call();
    } catch (RuntimeException e) {
      return CommandFailure.tell(e);
    }
  }

  /** Apart, so that the library's classes are loaded only where they are needed. */
  private static final class Parsed {
    static int run(String... arguments) {
      return new CommandLine(new SluiceCommand())
          .setCaseInsensitiveEnumValuesAllowed(true)
          .setExecutionExceptionHandler((failure, command, parsed) -> CommandFailure.tell(failure))
          .execute(arguments);
    }
  }
}
