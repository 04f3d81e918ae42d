package io.sluice.query.cli;

import io.sluice.query.Failure;
import io.sluice.query.ask.Dimension;
import io.sluice.query.ask.Question;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One of the standard questions. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class AskCommand implements Runnable {
  /** Of a timeline where no limit is given: what a terminal shows at once. */
  static final int TIMELINE_ROWS = 60;

  /**
   * What the service is asked with; the option's name has a hyphen in place of an underscore.
   *
   * @param name of the service's parameter
   */
  private record Parameter(String name, String label, String description) {
    String optionName() {
      return "--" + name.replace('_', '-');
    }

    OptionSpec option(Question question) {
      int rows = question == Question.TIMELINE ? TIMELINE_ROWS : question.defaultLimit();
      return OptionSpec.builder(optionName())
          .type(String.class)
          .paramLabel(label)
          .description(description.formatted(rows))
          .build();
    }
  }

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("since", "DURATION", "The time until now, as in 90s, 15m, 1h, 2d or 1w."),
          new Parameter("from", "TIME", "From this time (UTC, as in 2026-11-21T01:02:03Z)."),
          new Parameter("to", "TIME", "Until before this time."),
          new Parameter("host", "HOST", "Only requests for this host."),
          new Parameter("sensor", "NAME", "Only what this sensor saw."),
          new Parameter("template", "PATH", "Only of this path template, as `urls` gives them."),
          new Parameter("method", "METHOD", "Only of this method."),
          new Parameter(
              "status",
              "CLASS",
              "Only of this class: 1xx to 5xx, or none where no response was seen."),
          new Parameter(
              "client",
              "ADDRESS",
              "Only of this client; of the last hours, as the two that follow."),
          new Parameter("user_agent", "TEXT", "Only of this user agent."),
          new Parameter("referrer", "URL", "Only of this referrer."),
          new Parameter("path", "PREFIX", "requests, bursts: only where the target begins so."),
          new Parameter(
              "by", "WHAT[,WHAT]", "Tell rows apart by these too: " + Dimension.titles() + "."),
          new Parameter("limit", "N", "At most this many rows (default: %d)."),
          new Parameter(
              "bucket", "DURATION", "Timeline: width of a row (default: one that fits)."));

  private final Question question;

  @Spec private CommandSpec spec;

  @ArgGroup private Output.Format format;

  @Mixin private DataDirOption dataDir;

  @Option(
      names = "--watch",
      arity = "0..1",
      paramLabel = "SECONDS",
      fallbackValue = "5",
      description = "Ask again and again, every so many seconds (default: 5), until it is ended.")
  private Integer watch;

  private AskCommand(Question question) {
    this.question = question;
  }

  /** The command of a question. */
  static CommandLine line(Question question) {
    CommandLine line = new CommandLine(new AskCommand(question));
    line.getCommandSpec().usageMessage().description(question.description() + ".");
    PARAMETERS.forEach(parameter -> line.getCommandSpec().addOption(parameter.option(question)));
    return line;
  }

  @Override
  public void run() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Parameter parameter : PARAMETERS) {
      parameters.put(parameter.name, spec.findOption(parameter.optionName()).getValue());
    }
    if (question == Question.TIMELINE) {
      parameters.putIfAbsent("limit", String.valueOf(TIMELINE_ROWS));
    }
    parameters.put("format", Output.parameter(format));
    Service service = new Service(dataDir.folder(), "query " + question.title());
    if (watch == null) {
      ask(service, parameters);
    } else {
      watch(service, parameters);
    }
  }

  private void ask(Service service, Map<String, String> parameters) {
    Service.Answer answer = service.get("/api/v1/" + question.title(), parameters);
    Output.print(spec.commandLine().getOut(), format, answer.body());
  }

  /** Tables take the place of those before; what a program reads follows. */
  private void watch(Service service, Map<String, String> parameters) {
    if (watch < 1 || watch > 86_400) {
      throw Failure.cannot(
          "watch every " + watch + " s", "it is not from 1 to 86,400", "choose another");
    }
    PrintWriter out = spec.commandLine().getOut();
    while (true) {
      if (format == null && System.console() != null && System.console().isTerminal()) {
        out.print("\u001b[H\u001b[2J");
      }
      ask(service, parameters);
      if (out.checkError()) {
        return; // Nobody reads any more.
      }
      try {
        Thread.sleep(Duration.ofSeconds(watch));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
