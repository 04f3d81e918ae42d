package io.sluice.collector.command;

import io.sluice.collector.control.ControlClient;
import io.sluice.collector.control.StatusTable;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "status",
    description = "Asks a running collector what it has seen and what it has lost.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private ControlMixin control;

  @Option(names = "--json", description = "As JSON, with every counter.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    JsonNode status = ControlClient.status(control.socket());
    System.out.print(json ? status.toPrettyString() + "\n" : StatusTable.of(status));
    return 0;
  }
}
