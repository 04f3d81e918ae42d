package io.sluice.standalone;

import io.sluice.collector.control.StatusTable;
import io.sluice.standalone.demo.Demo;
import io.sluice.standalone.runit.Supervisor;
import io.sluice.standalone.service.Collector;
import io.sluice.standalone.service.Flink;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

@picocli.CommandLine.Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what runs, what the collector has seen and lost, and what all of it uses of the disk.",
      "Exit status: 0 all runs, 1 a part does not, 3 nothing runs."
    })
final class StatusCommand implements Callable<Integer> {
  private static final int NOT_RUNNING = 3;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Mixin DataDirOption where;

  @Override
  public Integer call() {
    final PrintStream out = System.out;
    final DataDir dir = where.dataDir();
    final Instance instance = Instance.load(dir);
    if (!new Stack(dir).isRunning()) {
      out.println("Sluice is not running in " + dir.root());
      return NOT_RUNNING;
    }
    out.println("Sluice in " + dir.root() + ", sensor " + instance.get("sensor"));
    final boolean well = services(out, instance);
    out.println();
    collector(out, instance);
    out.printf(
        "%ndisk: %,d of %,d MiB%n",
        usedMib(dir), instance.diskBudget().totalBytes() / DiskBudget.MIB);
    Demo.totals(dir)
        .ifPresent(totals -> out.printf("%nthe demo's clients have sent%n%s", totals.table()));
    return well ? 0 : 1;
  }

  private static boolean services(PrintStream out, Instance instance) {
    boolean well = true;
    for (Supervisor.State state :
        new Supervisor(instance.dir())
            .states().stream().sorted(Comparator.comparing(Supervisor.State::name)).toList()) {
      final boolean done = isDoneReplay(instance.dir(), state);
      well &= state.running() || done;
      out.printf(
          "  %-12s %s%n",
          state.name(),
          state.running()
              ? "running, pid %d, for %,d s".formatted(state.pid(), state.seconds())
              : done ? "done with its file" : "down for %,d s".formatted(state.seconds()));
    }
    final String awaited = new Flink(instance).awaited();
    out.printf("  %-12s %s%n", "stream job", awaited == null ? "running" : "waits for " + awaited);
    return well && awaited == null;
  }

  /** A collector that replays a file is down when it has sent all of it. */
  private static boolean isDoneReplay(DataDir dir, Supervisor.State state) {
    return state.name().equals(Collector.NAME) && Files.exists(Collector.sentFile(dir));
  }

  private static void collector(PrintStream out, Instance instance) {
    if (!Files.exists(Path.of(instance.get("collector.socket")))) {
      return;
    }
    try {
      out.print(StatusTable.of(new Collector(instance).status()));
    } catch (IOException e) {
      out.println(e.getMessage());
    }
  }

  private static long usedMib(DataDir dir) {
    final Command.Result result = Command.run(LIMIT, "du", "-sm", dir.root().toString());
    final String first = result.output().replaceFirst("(?s)\\s.*", "");
    return first.matches("\\d+") ? Long.parseLong(first) : -1;
  }
}
