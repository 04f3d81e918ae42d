package io.sluice.standalone;

import io.sluice.standalone.runit.Supervisor;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what runs and what it has seen. Exit status 3: not running.")
final class StatusCommand implements Callable<Integer> {
  @Mixin DataDirOption where;

  @Override
  public Integer call() {
    final DataDir dir = where.dataDir();
    final Instance instance = Instance.load(dir);
    if (!new Stack(dir).isRunning()) {
      System.out.println("Sluice is not running in " + dir.root());
      return 3;
    }
    System.out.println("Sluice in " + dir.root() + ", sensor " + instance.get("sensor"));
    final List<Supervisor.State> states = new Supervisor(dir).states();
    states.stream()
        .sorted(Comparator.comparing(Supervisor.State::name))
        .forEach(state ->
            System.out.printf(
                "  %-14s %-8s %s%n",
                state.name(),
                state.running() ? "running" : "down",
                state.running()
                    ? "pid " + state.pid() + ", for " + state.seconds() + " s"
                    : "for " + state.seconds() + " s"));
    return 0;
  }
}
