package io.sluice.collector.command;

import io.sluice.collector.encoding.RedactionOptions;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Reads the configuration again, with the command line and the environment of the start. What is
 * taken out of events may change under way; sockets, maps, threads and files are made once, so a
 * changed setting of theirs waits for the next start, and is named. Any thread, one at a time.
 */
final class Reload {
  private final CommandSpec running;
  private final Map<String, String> environment;
  private final Consumer<RedactionOptions> redact;

  /**
   * @param running the command as it was parsed at the start
   * @param redact puts other rules in force
   */
  Reload(CommandSpec running, Map<String, String> environment, Consumer<RedactionOptions> redact) {
    this.running = running;
    this.environment = environment;
    this.redact = redact;
  }

  /**
   * @return what was done, a line each
   * @throws IllegalArgumentException with what is wrong, a line each; nothing was changed then
   */
  synchronized List<String> run() {
    String[] arguments =
        running.root().commandLine().getParseResult().originalArgs().toArray(String[]::new);
    CommandSpec read;
    List<RedactionOptions> rules = new ArrayList<>();
    try {
      CommandLine line = SluiceCommand.commandLine(arguments, environment);
      ParseResult parsed = line.parseArgs(arguments);
      Set<String> faults = OptionFaults.of(parsed);
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(
            "cannot reload: nothing was changed\n" + String.join("\n", faults));
      }
      read = parsed.subcommand().commandSpec();
      rules.add(((CollectCommand) read.userObject()).redaction());
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
    // Also where no option changed: a file with a key may have.
    redact.accept(rules.getFirst());
    // From now on these are what is in force.
    for (String key : changed) {
      running.findOption("--" + key).setValue(read.findOption("--" + key).getValue());
    }
    List<String> done = new ArrayList<>();
    done.add(
        changed.isEmpty()
            ? "reloaded: the rules of redaction are as they were"
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
        && field.getDeclaringClass() == RedactionMixin.class;
  }
}
