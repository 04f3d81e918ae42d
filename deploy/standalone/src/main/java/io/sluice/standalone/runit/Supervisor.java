package io.sluice.standalone.runit;

import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runit, as much of it as is used: {@code runsvdir} starts a {@code runsv} for each service folder,
 * which runs the service again whenever it ends; {@code sv} talks to it.
 */
public final class Supervisor {
  private static final Duration SV_LIMIT = Duration.ofSeconds(60);

  // Signals that a shell in the background ignores would be ignored by all services too.
  private static final String START =
      "umask 077; echo $$ >\"$1\"; exec flock --shared --no-fork \"$2\""
          + " env --default-signal=HUP,INT,QUIT,PIPE runsvdir -P \"$3\" >/dev/null 2>&1 </dev/null";

  private static final Pattern STATUS =
      Pattern.compile("^(run|down|finish): .*?: (?:\\(pid (\\d+)\\) )?(\\d+)s.*", Pattern.DOTALL);

  private final DataDir dir;

  public Supervisor(DataDir dir) {
    this.dir = dir;
  }

  /**
   * @param pid 0 where it does not run
   * @param seconds in this state
   */
  public record State(String name, boolean running, long pid, long seconds) {}

  public void write(Service service) {
    ServiceFolder.write(dir, service);
  }

  /**
   * Starts the supervisor of a group, in a session of its own so that no Ctrl-C reaches it. It and
   * all that it starts hold the instance's lock.
   *
   * @param prefix words that give it privileges; none for the user's own
   */
  public void start(Service.Group group, List<String> prefix) {
    final Path folder = dir.root().resolve(group.folder());
    final Path pidFile = pidFile(group);
    final List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            "setsid",
            "--fork",
            "sh",
            "-c",
            START,
            "sh",
            pidFile.toString(),
            dir.lock().toString(),
            folder.toString()));
    final Command.Result result = Command.run(SV_LIMIT, command);
    if (!result.ok()) {
      throw new Problem(
          "cannot start the supervisor of "
              + folder
              + ": "
              + result.output()
              + "; see sluice doctor");
    }
  }

  private Path pidFile(Service.Group group) {
    return dir.run().resolve("runsvdir-" + group.folder() + ".pid");
  }

  /** Waits until runsv listens for the service, then has it started. */
  public void up(Service service) {
    final Path folder = service.folder(dir.root());
    final Path ok = folder.resolve("supervise/ok");
    final long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!Files.exists(ok) || !status(folder).isPresent()) {
      if (System.nanoTime() - deadline > 0) {
        throw new Problem(
            "cannot start "
                + service.name()
                + ": its supervisor did not come up; see sluice doctor");
      }
      sleep(100);
    }
    try {
      if (!service.oneShot()) {
        // From here on a supervisor that was killed starts it again too.
        Files.deleteIfExists(folder.resolve("down"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    final Command.Result result = Command.run(SV_LIMIT, "sv", "up", folder.toString());
    if (!result.ok()) {
      throw new Problem("cannot start " + service.name() + ": " + result.output());
    }
  }

  /** How the service ended last in this run, if it did: its exit status, or minus the signal. */
  public Optional<Integer> ended(String service) {
    try {
      final String[] words =
          Files.readString(ServiceFolder.exitFile(dir, service)).strip().split(" ");
      final int code = Integer.parseInt(words[0]);
      return Optional.of(code >= 0 ? code : -Integer.parseInt(words[1]));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The states of all services that have a folder, in no order. */
  public List<State> states() {
    final List<State> states = new ArrayList<>();
    for (Path folder : folders()) {
      states.add(
          status(folder).orElse(new State(String.valueOf(folder.getFileName()), false, 0, 0)));
    }
    return states;
  }

  private Optional<State> status(Path folder) {
    final Command.Result result = Command.run(SV_LIMIT, "sv", "status", folder.toString());
    final Matcher matcher = STATUS.matcher(result.output());
    if (!result.ok() || !matcher.matches()) {
      return Optional.empty();
    }
    final boolean running = matcher.group(1).equals("run");
    final long pid = matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2));
    return Optional.of(
        new State(
            String.valueOf(folder.getFileName()),
            running,
            running ? pid : 0,
            Long.parseLong(matcher.group(3))));
  }

  public List<Path> folders() {
    final List<Path> folders = new ArrayList<>();
    for (Service.Group group : Service.Group.values()) {
      final Path parent = dir.root().resolve(group.folder());
      if (!Files.isDirectory(parent)) {
        continue;
      }
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
        for (Path folder : stream) {
          if (Files.exists(folder.resolve("run"))) {
            folders.add(folder);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folders;
  }

  /** Ends the supervisors, so that nothing starts a runsv again. The services run on. */
  public void endSupervisors() {
    for (Service.Group group : Service.Group.values()) {
      try {
        final long pid = Long.parseLong(Files.readString(pidFile(group)).strip());
        final String commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        // The number may be another's by now.
        if (commandLine.contains("runsvdir") && commandLine.contains(dir.root().toString())) {
          Command.run(SV_LIMIT, "kill", "-s", "TERM", String.valueOf(pid));
        }
        Files.delete(pidFile(group));
      } catch (IOException | NumberFormatException e) {
        // Not started, or ended already.
        continue;
      }
    }
  }

  /** Stops services and their runsv together, by force after the given time. */
  public void end(List<String> names, Duration patience) {
    final List<String> command =
        new ArrayList<>(
            List.of("sv", "-w", String.valueOf(patience.toSeconds()), "force-shutdown"));
    folders().stream()
        .filter(folder -> names.contains(String.valueOf(folder.getFileName())))
        .filter(folder -> status(folder).isPresent())
        .forEach(folder -> command.add(folder.toString()));
    if (command.size() > 4) {
      Command.run(patience.plus(SV_LIMIT), command);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted", e);
    }
  }
}
