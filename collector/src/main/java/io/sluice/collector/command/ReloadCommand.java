package io.sluice.collector.command;

import io.sluice.collector.control.ControlClient;
import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(
    name = "reload",
    description = "Makes a running collector read its configuration again, as SIGHUP does.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class ReloadCommand implements Callable<Integer> {
  @Mixin private ControlMixin control;

  @Override
  public Integer call() throws IOException {
    for (JsonNode line : ControlClient.reload(control.socket())) {
      System.out.println(SafeText.clean(line.asString("")));
    }
    return 0;
  }
}
