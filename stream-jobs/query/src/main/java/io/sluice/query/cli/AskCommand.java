package io.sluice.query.cli;

import io.sluice.query.InstanceSettings;
import io.sluice.query.ask.Question;
import java.nio.file.Path;
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

  @Option(
      names = "--client",
      paramLabel = "ADDRESS",
      description = "requests, bursts: only of this client.")
  private String client;

  @Option(
      names = "--path",
      paramLabel = "PREFIX",
      description = "requests, bursts: only where the target begins so.")
  private String path;

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
    parameters.put("client", client);
    parameters.put("path", path);
    parameters.put("limit", limit == null && question == Question.TIMELINE ? "60" : limit);
    parameters.put("bucket", bucket);
    parameters.put("format", Output.parameter(format));
    Service service = new Service(InstanceSettings.dataDir(dataDir), "query " + question.title());
    Service.Answer answer = service.get("/api/v1/" + question.title(), parameters);
    Output.print(spec.commandLine().getOut(), format, answer.body());
  }
}
