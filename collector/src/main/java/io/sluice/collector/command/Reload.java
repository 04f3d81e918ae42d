package io.sluice.collector.command;

import io.sluice.collector.pipeline.EventOptions;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Reads the configuration again, with the command line and the environment of the start. What
 * events hold, and what is taken out of them, may change under way; sockets, maps, threads and
 * files are made once, so a changed setting of theirs waits for the next start, and is named. Any
 * thread, one at a time.
 */
final class Reload {
  private final CommandSpec running;
  private final Map<String, String> environment;
  private final Consumer<EventOptions> change;

  /**
   * @param running the command as it was parsed at the start
   * @param change puts other options of events in force
   */
  Reload(CommandSpec running, Map<String, String> environment, Consumer<EventOptions> change) {
    this.running = running;
    this.environment = environment;
    this.change = change;
  }

  /**
   * @return what was done, a line each
   * @throws IllegalArgumentException with what is wrong, a line each; nothing was changed then
   */
  List<String> run() {
    synchronized (running) {
      return reload();
    }
  }

  private List<String> reload() {
    String[] arguments =
        running.root().commandLine().getParseResult().originalArgs().toArray(String[]::new);
    CommandSpec read;
    EventOptions events;
    try {
      CommandLine line = SluiceCommand.commandLine(arguments, environment);
      ParseResult parsed = line.parseArgs(arguments);
      Set<String> faults = OptionFaults.of(parsed);
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(
            "cannot reload: nothing was changed\n" + String.join("\n", faults));
      }
      read = parsed.subcommand().commandSpec();
      events = ((CollectCommand) read.userObject()).events();
    } catch (CommandFailure e) {
      throw new IllegalArgumentException("cannot reload: " + e.getMessage(), e);
    }
    List<String> changed = new ArrayList<>();
    List<String> fixed = new ArrayList<>();
    for (OptionSpec option : read.options()) {
      Setting setting = Setting.of(option);
      OptionSpec before = running.findOption(option.longestName());
      if (setting != null && !Objects.equals(option.getValue(), before.getValue())) {
        (isReloadable(option) ? changed : fixed).add(setting.key());
      }
    }
    fixed.addAll(changedKafkaProperties(read));
    // Also where no option changed: a file with a key may have.
    change.accept(events);
    // From now on these are what is in force.
    for (String key : changed) {
      running.findOption("--" + key).setValue(read.findOption("--" + key).getValue());
    }
    List<String> done = new ArrayList<>();
    done.add(
        changed.isEmpty()
            ? "reloaded: what events hold is as it was"
            : "reloaded: " + String.join(", ", changed));
    for (String key : fixed) {
      done.add(
          "cannot change "
              + key
              + " under way: what it sets is made once; start the collector again");
    }
    return done;
  }

  private static boolean isReloadable(OptionSpec option) {
    return option.userObject() instanceof Field field
        && field.isAnnotationPresent(Reloadable.class);
  }

  /** Their keys alone: values may be secrets. */
  private List<String> changedKafkaProperties(CommandSpec read) {
    Map<String, String> before = kafkaProperties(running);
    Map<String, String> after = kafkaProperties(read);
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(before.get(key), after.get(key)))
        .map(key -> Setting.KAFKA_PREFIX + key)
        .toList();
  }

  private static Map<String, String> kafkaProperties(CommandSpec spec) {
    return spec.defaultValueProvider() instanceof ConfiguredDefaults defaults
        ? defaults.kafkaProperties()
        : Map.of();
  }
}
