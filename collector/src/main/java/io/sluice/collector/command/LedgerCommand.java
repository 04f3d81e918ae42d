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
    name = "ledger",
    description = {
      "Asks a running collector for its ledger: what came in at each stage, which ways it went, and",
      "what is on its way."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class LedgerCommand implements Callable<Integer> {
  @Mixin private ControlMixin control;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    JsonNode answer = ControlClient.ledger(control.socket());
    System.out.print(json ? answer.toPrettyString() + "\n" : StatusTable.ledger(answer));
    return 0;
  }
}
