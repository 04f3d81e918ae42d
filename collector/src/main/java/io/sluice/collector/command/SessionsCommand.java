package io.sluice.collector.command;

import io.sluice.collector.control.ControlClient;
import io.sluice.collector.control.SessionTable;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "sessions",
    description = "Asks a running collector for the sessions with most bytes in the kernel's map.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class SessionsCommand implements Callable<Integer> {
  @Mixin private ControlMixin control;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || limit > 1000) {
      throw new CommandFailure("cannot use --limit " + limit + ": give 1 to 1000");
    }
    JsonNode sessions = ControlClient.sessions(control.socket(), limit);
    System.out.print(json ? sessions.toPrettyString() + "\n" : SessionTable.of(sessions));
    return 0;
  }
}
