package io.sluice.standalone;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops what sluice up has started. What was recorded stays.")
final class DownCommand implements Callable<Integer> {
  @Mixin DataDirOption where;

  @Override
  public Integer call() {
    final Progress progress = Progress.toPerson();
    final DataDir dir = where.dataDir();
    if (!Files.exists(dir.properties())) {
      progress.say("sluice: nothing to stop: no instance was started in " + dir.root());
      return 0;
    }
    final List<String> left = new Stack(dir).stop(progress);
    if (!left.isEmpty()) {
      throw new Problem(
          "cannot stop all of it: left are " + String.join("; ", left) + "; end them as root");
    }
    progress.say("sluice: stopped; what was recorded stays in " + dir.root());
    return 0;
  }
}
