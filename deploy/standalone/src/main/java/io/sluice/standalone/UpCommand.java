package io.sluice.standalone;

import io.sluice.standalone.runit.Supervisor;
import io.sluice.standalone.service.Replay;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Starts everything, says when it is ready, and stays until Ctrl-C, which stops everything again.
 */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts broker, store, stream job, query service and collector on this machine.",
      "Without --demo and --pcap it watches the interface of the default route."
    })
final class UpCommand implements Callable<Integer> {
  private static final long STOP_LIMIT_S = 120;

  static final class What {
    @Option(names = "--demo", description = "Watch a demo: a web server and its clients.")
    boolean demo;

    @Option(names = "--interface", paramLabel = "IF", description = "Watch this interface.")
    String networkInterface;

    @Option(
        names = "--pcap",
        paramLabel = "FILE",
        description = "Take in a capture file; needs no privileges.")
    Path pcap;
  }

  @ArgGroup What what = new What();
  @Mixin DataDirOption where;

  @Option(names = "--detach", description = "Return once all is ready; sluice down stops it.")
  boolean detach;

  @Option(
      names = "--disk-budget",
      paramLabel = "MIB",
      description = "What all of it may use of the disk, in MiB (default: ${DEFAULT-VALUE}).",
      defaultValue = "4096")
  long diskBudgetMib;

  private volatile boolean stopping;
  private String damage = "";

  @Override
  public Integer call() throws IOException {
    final DataDir dir = where.dataDir();
    final DiskBudget budget = new DiskBudget(diskBudgetMib * DiskBudget.MIB);
    final Progress progress = Progress.toPerson();
    final Source source = Source.of(what.demo, what.networkInterface, what.pcap);
    refuseForeign(dir);
    dir.create();
    try (FileChannel channel =
            FileChannel.open(
                dir.root().resolve("up.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      final Stack stack = new Stack(dir);
      if (lock == null || stack.isRunning()) {
        throw new Problem(
            "cannot start in "
                + dir.root()
                + ": an instance is running there; sluice down stops it,"
                + " or choose another --data-dir");
      }
      source.acquirePrivileges();
      return run(dir, budget, source, stack, progress);
    }
  }

  /** A folder that holds something else must not get our files among its own. */
  private static void refuseForeign(DataDir dir) throws IOException {
    if (Files.isDirectory(dir.root()) && !Files.exists(dir.properties())) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir.root())) {
        if (entries.iterator().hasNext()) {
          throw new Problem(
              "cannot use "
                  + dir.root()
                  + ": it holds files that are not Sluice's; give an empty or a new folder");
        }
      }
    }
  }

  private int run(DataDir dir, DiskBudget budget, Source source, Stack stack, Progress progress) {
    final Thread main = Thread.currentThread();
    final CountDownLatch stopped = new CountDownLatch(1);
    final Thread onSignal =
        new Thread(
            () -> {
              stopping = true;
              main.interrupt();
              await(stopped);
            },
            "on-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    boolean keep = false;
    try {
      progress.say("sluice: starting in " + dir.root());
      Stack.clearRemains(dir);
      Afresh.prepare(dir, source);
      dir.create();
      final Instance instance = Instance.settle(dir, budget);
      progress.say(start(instance, budget, source, progress));
      if (detach) {
        keep = true;
        return damage.isEmpty() ? 0 : 1;
      }
      watch(stack, progress);
      return damage.isEmpty() ? 0 : 1;
    } catch (Progress.Interrupted e) {
      return 130;
    } finally {
      try {
        if (!keep) {
          // A signal must not cut the stop short.
          Thread.interrupted();
          stop(stack, progress);
        }
      } finally {
        stopped.countDown();
        forget(onSignal);
      }
    }
  }

  /** Starts everything, and returns what to tell about it. */
  private String start(Instance instance, DiskBudget budget, Source source, Progress progress) {
    final Start start = new Start(instance, budget, new Supervisor(instance.dir()), progress);
    start.downstream();
    final String watched;
    // Of an hour, the page's own choice, the first minutes are a sliver.
    String range = "15m";
    String demo = "";
    switch (source) {
      case Source.Demo ignored -> {
        start.demo();
        watched = "it watches the demo's web server";
        demo = Screen.demo(instance.dir(), "./sluice query hosts" + options());
      }
      case Source.Interface(String name) -> {
        start.watch(name);
        watched = "it watches " + name;
      }
      case Source.File(Path file) -> {
        final Replay.Outcome outcome = start.replay(file);
        watched =
            "all %,d requests in %s can be queried".formatted(outcome.events(), file.getFileName());
        // Files are of any date.
        range = "";
        damage = outcome.complaint().isEmpty() ? "" : "sluice: " + outcome.complaint();
      }
    }
    return Screen.of(instance, budget, watched, range, options(), detach) + "\n" + demo + damage;
  }

  /** What other commands must be given to find this instance. */
  private String options() {
    return where.given == null ? "" : " --data-dir " + quoteIfNeeded(where.given.toString());
  }

  private static String quoteIfNeeded(String word) {
    return word.matches("[\\w./:=+-]+") ? word : io.sluice.standalone.Command.quote(word);
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is running: a signal came.
      return;
    }
  }

  private static void await(CountDownLatch stopped) {
    try {
      if (!stopped.await(STOP_LIMIT_S, TimeUnit.SECONDS)) {
        System.err.println("sluice: cannot stop all of it in time; run sluice down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(Stack stack, Progress progress) {
    final List<String> left = stack.stop(progress);
    progress.say(
        left.isEmpty()
            ? "sluice: stopped, nothing left running"
            : "sluice: cannot stop all of it: left are " + String.join("; ", left));
  }

  /** Until a signal, or until {@code sluice down} has stopped it from elsewhere. */
  private void watch(Stack stack, Progress progress) {
    while (!stopping) {
      try {
        Thread.sleep(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (!stack.isRunning()) {
        progress.say("sluice: it was stopped from elsewhere");
        return;
      }
    }
  }
}
