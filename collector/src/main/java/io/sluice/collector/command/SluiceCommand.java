package io.sluice.collector.command;

import io.sluice.collector.audit.AuditCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Unmatched;

/** The collector's command line. */
@Command(
    name = "sluice",
    description = "Watches HTTP on a network interface or in capture files.",
    subcommands = {
      ReadCommand.class,
      CaptureCommand.class,
      CollectCommand.class,
      AuditCommand.class,
      ConfigCommand.class,
      StatusCommand.class,
      LedgerCommand.class,
      SessionsCommand.class,
      TailCommand.class,
      ReloadCommand.class
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
      try {
        return commandLine(arguments, System.getenv()).execute(arguments);
      } catch (CommandFailure e) {
        return CommandFailure.tell(e);
      }
    }
  }

  /**
   * The command line with the defaults that the configuration gives it.
   *
   * @throws CommandFailure where the configuration can't be read
   */
  static CommandLine commandLine(String[] arguments, Map<String, String> environment) {
    ConfiguredDefaults defaults =
        new ConfiguredDefaults(ConfigurationOf.file(arguments, environment), environment);
    CommandLine line =
        new CommandLine(new SluiceCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> CommandFailure.tell(failure))
            .setParameterExceptionHandler((wrong, given) -> {
              System.err.println(OptionFaults.line(wrong));
              return CommandLine.ExitCode.USAGE;
            })
            .setExecutionStrategy(SluiceCommand::execute);
    for (String configured : List.of("capture", "collect")) {
      CommandLine command = line.getSubcommands().get(configured);
      command.setDefaultValueProvider(defaults);
      command.getCommandSpec().parser().collectErrors(true);
    }
    return line;
  }

  private static int execute(ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    Set<String> faults = OptionFaults.of(parsed);
    if (!faults.isEmpty()) {
      faults.forEach(System.err::println);
      return CommandLine.ExitCode.USAGE;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** The first of two passes over the arguments: it looks for the configuration alone. */
  @Command
  private static final class ConfigurationOf {
    @Option(names = "--config")
    private Path file;

    @Unmatched private List<String> others;

    /** Null for none. */
    static ConfigurationFile file(String[] arguments, Map<String, String> environment) {
      if (arguments.length == 0 || !List.of("capture", "collect").contains(arguments[0])) {
        return null;
      }
      ConfigurationOf pass = new ConfigurationOf();
      CommandLine line = new CommandLine(pass);
      line.getCommandSpec().parser().collectErrors(true);
      line.parseArgs(arguments);
      String variable = environment.get(ConfiguredDefaults.FILE_VARIABLE);
      if (pass.file != null) {
        return ConfigurationFile.read(pass.file);
      }
      return variable == null || variable.isEmpty()
          ? null
          : ConfigurationFile.read(Path.of(variable));
    }
  }
}
