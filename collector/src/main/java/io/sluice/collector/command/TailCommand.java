package io.sluice.collector.command;

import io.sluice.collector.control.ControlClient;
import io.sluice.collector.control.EventLine;
import io.sluice.collector.control.TailFilter;
import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "tail",
    description = "Follows the events of a running collector as they happen.",
    footer = {
      "",
      "A line for an event: time, client, method, status, milliseconds to the response, URL, flags.",
      "What is too fast for the terminal is left out and told; the collector never waits for it."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class TailCommand implements Callable<Integer> {
  @Mixin private ControlMixin control;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "Only this host; *.NAME for all below it.")
  private String host;

  @Option(names = "--path", paramLabel = "PREFIX", description = "Only targets that begin so.")
  private String path;

  @Option(names = "--method", paramLabel = "NAME", description = "Only this method.")
  private String method;

  @Option(
      names = "--status",
      paramLabel = "404|4xx|none",
      description = "Only this status or class; none: no response.")
  private String status;

  @Option(names = "--client", paramLabel = "ADDRESS", description = "Only of this client.")
  private String client;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description = "End behind so many events (default: never).")
  private long limit;

  @Option(names = "--json", description = "Whole events, a line of JSON each.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (limit < 0) {
      throw new CommandFailure("cannot use --limit " + limit + ": give 1 or more");
    }
    PrintStream out = System.out;
    long[] seen = new long[2];
    ControlClient.tail(
        control.socket(),
        new TailFilter(host, path, method, status, client),
        line -> {
          JsonNode event = line.path("event");
          if (event.isObject()) {
            // Jackson leaves bidirectional marks and C1 as they are: the terminal is not asked to.
            out.println(json ? SafeText.clean(event.toString()) : EventLine.of(event));
            seen[0]++;
          } else if (line.path("dropped").asLong(0) > seen[1]) {
            System.err.println(
                "%,d events left out: too many to follow"
                    .formatted(line.path("dropped").asLong() - seen[1]));
            seen[1] = line.path("dropped").asLong();
          }
          return !out.checkError() && (limit == 0 || seen[0] < limit);
        });
    return 0;
  }
}
