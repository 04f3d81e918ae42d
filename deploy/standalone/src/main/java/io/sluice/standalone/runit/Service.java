package io.sluice.standalone.runit;

import io.sluice.standalone.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process that runit keeps running.
 *
 * @param name of its folder and its log
 * @param group of services that one supervisor starts with the same privileges
 * @param script what the run script does, POSIX sh; ends in {@code exec}
 * @param stopSignal what ends it in good order, as {@code kill -s} names it
 * @param oneShot does not run again after it ended by itself, only after a signal ended it
 */
public record Service(String name, Group group, String script, String stopSignal, boolean oneShot) {

  /** Services that share a supervisor, by what they may. */
  public enum Group {
    /** Runs as the user. */
    PLAIN("sv"),
    /** May open packet sockets and load the filter. */
    CAPTURE("sv-capture"),
    /** Runs as the user in the demo server's network namespace. */
    DEMO("sv-demo");

    private final String folder;

    Group(String folder) {
      this.folder = folder;
    }

    public String folder() {
      return folder;
    }
  }

  public static Service of(
      String name, Group group, Map<String, String> environment, List<String> command) {
    final StringBuilder script = new StringBuilder();
    new TreeMap<>(environment)
        .forEach((key, value) ->
            script
                .append("export ")
                .append(key)
                .append('=')
                .append(Command.quote(value))
                .append('\n'));
    script.append("exec ").append(Command.quoteAll(command)).append('\n');
    return new Service(name, group, script.toString(), "TERM", false);
  }

  public Service stoppedBy(String signal) {
    return new Service(name, group, script, signal, oneShot);
  }

  public Service once() {
    return new Service(name, group, script, stopSignal, true);
  }

  /** The same service, with its standard output in a file instead of the log. */
  public Service outputTo(Path file) {
    return new Service(
        name,
        group,
        script.stripTrailing() + " >" + Command.quote(file.toString()) + "\n",
        stopSignal,
        oneShot);
  }

  /** The same service, with shell lines run before its command. */
  public Service after(String lines) {
    return new Service(name, group, lines + script, stopSignal, oneShot);
  }

  public Path folder(Path root) {
    return root.resolve(group.folder()).resolve(name);
  }
}
