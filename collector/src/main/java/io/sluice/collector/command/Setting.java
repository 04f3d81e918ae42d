package io.sluice.collector.command;

import io.sluice.collector.encoding.SafeText;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option as a key of the configuration: called as the flag without its dashes, and in the
 * environment in capitals behind {@code SLUICE_}, with low lines for dashes and dots.
 */
record Setting(String key, OptionSpec option) {
  static final String ENVIRONMENT_PREFIX = "SLUICE_";
  static final String KAFKA_PREFIX = "kafka.";

  /** The client's own name of what {@code --kafka} sets. */
  private static final String BOOTSTRAP = KAFKA_PREFIX + "bootstrap.servers";

  /** What is no setting of a sensor but says what to do now, and the table of Kafka's client. */
  private static final Set<String> FLAGS_ONLY =
      Set.of("--help", "--version", "--config", "--pcap", "--kafka-property");

  /** The settings of all commands that take a configuration, in the order of their options. */
  static Map<String, Setting> all() {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (Object command : List.of(new CollectCommand(), new CaptureCommand())) {
      for (OptionSpec option : new CommandLine(command).getCommandSpec().options()) {
        Setting setting = of(option);
        if (setting != null) {
          settings.putIfAbsent(setting.key, setting);
        }
      }
    }
    return settings;
  }

  /** Null where the option is no setting. */
  static Setting of(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || FLAGS_ONLY.contains(option.longestName())) {
      return null;
    }
    String name = option.longestName();
    return new Setting(name.equals("--kafka") ? BOOTSTRAP : name.substring(2), option);
  }

  String variable() {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  boolean isSwitch() {
    return option.type() == boolean.class;
  }

  boolean isNumber() {
    return option.type() == int.class || option.type() == long.class;
  }

  /** Why the option can't have this value: what to give instead. Null where it can. */
  String fault(String value) {
    Allowed allowed = allowed();
    boolean right = true;
    if (isSwitch()) {
      right = value.equals("true") || value.equals("false");
    } else if (isNumber()) {
      right = isWithin(value, allowed);
    } else if (option.type() == double.class) {
      right = isDecimal(value);
    } else if (allowed != null && allowed.values().length > 0) {
      right = List.of(allowed.values()).contains(value);
    }
    return right ? null : range();
  }

  /** What the option takes, for people; empty where that is any text. */
  String range() {
    Allowed allowed = allowed();
    if (isSwitch()) {
      return "true or false";
    }
    if (allowed == null) {
      return isNumber() ? "a whole number" : "";
    }
    if (allowed.values().length > 0) {
      return String.join(" or ", allowed.values());
    }
    return allowed.text().isEmpty() ? allowed.least() + " to " + allowed.most() : allowed.text();
  }

  /** The line that refuses a value, by the name under which it was given. */
  static String refusal(String given, String range) {
    return "cannot use " + SafeText.clean(given) + ": give " + range;
  }

  private Allowed allowed() {
    return option.userObject() instanceof Field field ? field.getAnnotation(Allowed.class) : null;
  }

  private boolean isWithin(String text, Allowed allowed) {
    try {
      long number = option.type() == int.class ? Integer.parseInt(text) : Long.parseLong(text);
      return allowed == null || number >= allowed.least() && number <= allowed.most();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isDecimal(String text) {
    try {
      return !Double.isNaN(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
