package io.sluice.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Finds and ends processes of an instance that no supervisor looks after any more. */
final class Leftovers {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final DataDir dir;
  private final String instanceId;

  Leftovers(DataDir dir, String instanceId) {
    this.dir = dir;
    this.instanceId = instanceId;
  }

  record Found(long pid, String commandLine) {}

  List<Found> find() {
    final List<Found> found = new ArrayList<>();
    final long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        final long pid = Long.parseLong(String.valueOf(process.getFileName()));
        final String commandLine = commandLine(process);
        if (pid != self && isService(commandLine)) {
          found.add(new Found(pid, commandLine.replace('\0', ' ').strip()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Ours by a mark that nothing else bears; a person's editor may name our files too. */
  private boolean isService(String commandLine) {
    final List<String> words = List.of(commandLine.split("\0"));
    final String program = words.get(0);
    return switch (program.substring(program.lastIndexOf('/') + 1)) {
      case "java" -> words.contains("-Dsluice.instance=" + instanceId);
      case "svlogd" -> words.stream().anyMatch(word -> word.startsWith(dir.log("") + "/"));
      case "runsvdir" -> words.stream().anyMatch(word -> word.startsWith(dir.root() + "/sv"));
      case "postgres" -> words.contains(dir.store().toString());
      default -> false;
    };
  }

  private static String commandLine(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      // It ended since we saw it.
      return "";
    }
  }

  /** Ends them, by force after a while, and returns those that would not go. */
  List<Found> end() {
    final long deadline = System.nanoTime() + LIMIT.toNanos();
    String signal = "TERM";
    List<Found> left = find();
    while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
      for (Found found : left) {
        Command.run(LIMIT, "kill", "-s", signal, String.valueOf(found.pid()));
      }
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return find();
      }
      signal = System.nanoTime() - deadline > -LIMIT.toNanos() / 2 ? "KILL" : "TERM";
      left = find();
    }
    return left;
  }
}
