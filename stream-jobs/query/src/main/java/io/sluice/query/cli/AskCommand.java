package io.sluice.query.cli;

import io.sluice.query.Failure;
import io.sluice.query.InstanceSettings;
import io.sluice.query.ask.Question;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One of the standard questions. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class AskCommand implements Runnable {
  private final Question question;

  @Spec private CommandSpec spec;

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "The time until now, as in 90s, 15m, 1h, 2d or 1w.")
  private String since;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "From this time (UTC, as in 2026-11-21T01:02:03Z).")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Until before this time.")
  private String to;

  @Option(names = "--host", paramLabel = "HOST", description = "Only requests for this host.")
  private String host;

  @Option(names = "--sensor", paramLabel = "NAME", description = "Only what this sensor saw.")
  private String sensor;

  @Option(
      names = "--template",
      paramLabel = "PATH",
      description = "Only of this path template, as `urls` gives them.")
  private String template;

  @Option(names = "--method", paramLabel = "METHOD", description = "Only of this method.")
  private String method;

  @Option(
      names = "--status",
      paramLabel = "CLASS",
      description = "Only of this class: 1xx to 5xx, or none where no response was seen.")
  private String status;

  @Option(
      names = "--client",
      paramLabel = "ADDRESS",
      description = "Only of this client; of the last hours, as the two that follow.")
  private String client;

  @Option(names = "--user-agent", paramLabel = "TEXT", description = "Only of this user agent.")
  private String userAgent;

  @Option(names = "--referrer", paramLabel = "URL", description = "Only of this referrer.")
  private String referrer;

  @Option(
      names = "--path",
      paramLabel = "PREFIX",
      description = "requests, bursts: only where the target begins so.")
  private String path;

  @Option(
      names = "--by",
      paramLabel = "WHAT[,WHAT]",
      description =
          "Tell rows apart by these too: host, sensor, template, method, status, client, user_agent"
              + " or referrer.")
  private String by;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most this many rows (default: 20; timeline: 60).")
  private String limit;

  @ArgGroup private Output.Format format;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The data folder (default: $SLUICE_DATA_DIR or .sluice).")
  private Path dataDir;

  @Option(
      names = "--bucket",
      paramLabel = "DURATION",
      description = "Timeline: width of a row (default: one that fits).")
  private String bucket;

  @Option(
      names = "--watch",
      arity = "0..1",
      paramLabel = "SECONDS",
      fallbackValue = "5",
      description = "Ask again and again, every so many seconds (default: 5), until it is ended.")
  private Integer watch;

  AskCommand(Question question) {
    this.question = question;
  }

  @Override
  public void run() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("since", since);
    parameters.put("from", from);
    parameters.put("to", to);
    parameters.put("host", host);
    parameters.put("sensor", sensor);
    parameters.put("template", template);
    parameters.put("method", method);
    parameters.put("status", status);
    parameters.put("client", client);
    parameters.put("user_agent", userAgent);
    parameters.put("referrer", referrer);
    parameters.put("by", by);
    parameters.put("path", path);
    parameters.put("limit", limit == null && question == Question.TIMELINE ? "60" : limit);
    parameters.put("bucket", bucket);
    parameters.put("format", Output.parameter(format));
    Service service = new Service(InstanceSettings.dataDir(dataDir), "query " + question.title());
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
