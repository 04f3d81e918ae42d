package io.sluice.query.cli;

import io.sluice.query.Failure;
import io.sluice.query.ask.Question;
import io.sluice.query.render.PlainText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

@Command(
    name = "query",
    description = "Answers questions about the requests that were seen.",
    mixinStandardHelpOptions = true,
    versionProvider = QueryCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class QueryCommand implements Runnable {
  /** The version that the jar was built as. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = QueryCommand.class.getPackage().getImplementationVersion();
      return new String[] {"sluice " + (version == null ? "(not packaged)" : version)};
    }
  }

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "cannot query: no command is given; see `sluice query --help`");
  }

  /**
   * @return the exit code: 0 answered, 1 could not, 2 was asked wrongly
   */
  public static int run(String... arguments) {
    return line(
            new PrintWriter(System.out, false, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  /** The command line with its output sent where it is wanted. */
  static CommandLine line(PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new QueryCommand());
    for (Question question : Question.values()) {
      line.addSubcommand(question.title(), AskCommand.line(question));
    }
    line.addSubcommand(new SqlCommand());
    line.addSubcommand(new ServeCommand());
    line.addSubcommand(new StoreInitCommand());
    line.getSubcommands().values().forEach(c -> c.getCommandSpec().versionProvider(new Version()));
    line.setCommandName("sluice query");
    line.setOut(out);
    line.setErr(err);
    line.setExecutionExceptionHandler((thrown, command, parsed) -> {
      // The store's messages may quote what came from the wire.
      err.println(
          PlainText.of(
              thrown instanceof Failure
                  ? thrown.getMessage()
                  : "cannot answer: " + thrown + "; please report this"));
      return ExitCode.SOFTWARE;
    });
    line.setParameterExceptionHandler((thrown, given) -> {
      err.println(PlainText.of(wrong(thrown)));
      return ExitCode.USAGE;
    });
    return line;
  }

  private static String wrong(ParameterException thrown) {
    String message = thrown.getMessage().lines().findFirst().orElse("");
    if (message.startsWith("cannot ")) {
      return message;
    }
    String help = "see `" + thrown.getCommandLine().getCommandSpec().qualifiedName() + " --help`";
    if (thrown instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return "cannot query: '"
          + unmatched.getUnmatched().getFirst()
          + "' is no command or option; "
          + help;
    }
    return "cannot query: " + message.replaceFirst("^Error: ", "") + "; " + help;
  }
}
