package io.sluice.standalone;

import io.sluice.standalone.demo.DemoNetwork;
import io.sluice.standalone.runit.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is running of an instance, as a whole: whether there is any of it, and the end of it. */
final class Stack {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // Sources first, so that what they sent is still taken in; stores last.
  private static final List<List<String>> STOP_ORDER =
      List.of(
          List.of("collector", "demo-server"),
          List.of("jobmanager", "taskmanager", "query"),
          List.of("broker", "store"));

  private final DataDir dir;
  private final Supervisor supervisor;

  Stack(DataDir dir) {
    this.dir = dir;
    this.supervisor = new Supervisor(dir);
  }

  /** Whether any process of the instance runs: each of them holds the lock. */
  boolean isRunning() {
    return Files.exists(dir.lock())
        && Command.run(
                    PATIENCE,
                    List.of("flock", "--nonblock", "--exclusive", dir.lock().toString(), "true"))
                .status()
            == 1;
  }

  /**
   * Stops all of it, in good order where the services still answer, by force where not.
   *
   * @return what would not go, in words; empty if nothing is left
   */
  List<String> stop(Progress progress) {
    if (isRunning()) {
      supervisor.endSupervisors();
      for (List<String> names : STOP_ORDER) {
        final List<String> there =
            supervisor.folders().stream()
                .map(folder -> String.valueOf(folder.getFileName()))
                .filter(names::contains)
                .sorted()
                .toList();
        if (!there.isEmpty()) {
          progress.step(
              "stopping", String.join(", ", there), () -> supervisor.end(there, PATIENCE));
        }
      }
    }
    final List<String> left =
        Stream.concat(
                DemoNetwork.remove(dir).stream(),
                new Leftovers(dir, Instance.load(dir).id())
                    .end().stream()
                        .map(found -> "process " + found.pid() + " " + found.commandLine()))
            .toList();
    if (left.isEmpty()) {
      clear();
    }
    return left;
  }

  /** What an instance has left that was not stopped: by a power cut, say. */
  static void clearRemains(DataDir dir) {
    if (Files.exists(dir.properties())) {
      DemoNetwork.remove(dir);
      new Stack(dir).clear();
    }
  }

  /** Removes what only a running instance needs. */
  private void clear() {
    for (String folder : List.of("run", "tmp", "sv", "sv-capture", "sv-demo")) {
      deleteAll(dir.root().resolve(folder));
    }
    deleteAll(Path.of(Instance.load(dir).get("collector.socket")));
  }

  static void deleteAll(Path folder) {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
