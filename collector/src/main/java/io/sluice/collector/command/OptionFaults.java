package io.sluice.collector.command;

import io.sluice.collector.encoding.SafeText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Everything that is wrong with a command's options, before it opens anything. */
final class OptionFaults {
  private OptionFaults() {}

  /** A line for each fault of what is about to run. */
  static Set<String> of(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    Set<String> faults = ofValues(last);
    for (Exception error : last.errors()) {
      faults.add(line(error, last.commandSpec()));
    }
    if (last.errors().isEmpty()) {
      addChecks(last.commandSpec(), faults);
    }
    return faults;
  }

  /**
   * A line for each fault of the values alone, whatever may be missing or not go together: of a
   * configuration, which need not be whole.
   */
  static Set<String> ofConfiguration(ParseResult parsed) {
    Set<String> faults = ofValues(parsed);
    parsed.commandSpec().mixins().values().forEach(mixin -> addChecks(mixin, faults));
    return faults;
  }

  private static Set<String> ofValues(ParseResult parsed) {
    Set<String> faults = new LinkedHashSet<>();
    if (parsed.commandSpec().defaultValueProvider() instanceof ConfiguredDefaults defaults) {
      faults.addAll(defaults.faults());
    }
    for (OptionSpec option : parsed.matchedOptions()) {
      Setting setting = Setting.of(option);
      if (setting == null || option.isMultiValue()) {
        continue;
      }
      for (String value : option.stringValues()) {
        String range = value.isEmpty() && setting.isSwitch() ? null : setting.fault(value);
        if (range != null) {
          faults.add(Setting.refusal(option.longestName() + " " + value, range));
        }
      }
    }
    return faults;
  }

  private static void addChecks(CommandSpec spec, Set<String> faults) {
    if (spec.userObject() instanceof Checked checked) {
      for (Runnable check : checked.checks()) {
        try {
          check.run();
        } catch (CommandFailure | IllegalArgumentException e) {
          faults.add(SafeText.clean(e.getMessage()));
        }
      }
    }
    spec.mixins().values().forEach(mixin -> addChecks(mixin, faults));
  }

  /** The line for what is wrong with a command that was not even read. */
  static String line(ParameterException wrong) {
    return line(wrong, wrong.getCommandLine().getCommandSpec());
  }

  private static String line(Exception error, CommandSpec spec) {
    String cause = error.getMessage().lines().findFirst().orElse("").replaceFirst("^Error: ", "");
    if (cause.startsWith("cannot ")) {
      return SafeText.clean(cause);
    }
    String help = "; see " + spec.qualifiedName() + " --help";
    if (error instanceof ParameterException wrong
        && wrong.getArgSpec() instanceof OptionSpec option
        && wrong.getValue() != null
        && Setting.of(option) instanceof Setting setting
        && !setting.range().isEmpty()) {
      return Setting.refusal(option.longestName() + " " + wrong.getValue(), setting.range());
    }
    String verb = error instanceof MissingParameterException ? "run" : "use the options of";
    String hint = "";
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      cause = "'" + unmatched.getUnmatched().getFirst() + "' is none of them";
      List<String> near = unmatched.getSuggestions();
      hint = near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }
    return SafeText.clean("cannot " + verb + " " + spec.name() + ": " + cause + (hint + help));
  }
}
