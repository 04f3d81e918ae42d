package io.sluice.collector.command;

import io.sluice.collector.encoding.SafeText;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;

/**
 * What options are that the command line does not give: as the environment says, else as the
 * configuration file says. What is wrong there is collected, not thrown, and leaves an option at
 * its own default.
 */
final class ConfiguredDefaults implements IDefaultValueProvider {
  static final String FILE_VARIABLE = Setting.ENVIRONMENT_PREFIX + "CONFIG";
  private static final String KAFKA_VARIABLE = Setting.ENVIRONMENT_PREFIX + "KAFKA_";

  private final ConfigurationFile file;
  private final Map<String, String> environment;
  private final Set<String> faults = new LinkedHashSet<>();

  /**
   * @param file null for none
   */
  ConfiguredDefaults(ConfigurationFile file, Map<String, String> environment) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    if (file != null) {
      requireKnownKeys();
    }
  }

  private void requireKnownKeys() {
    Map<String, Setting> known = Setting.all();
    file.values()
        .forEach((key, value) -> {
          if (!known.containsKey(key) && !key.startsWith(Setting.KAFKA_PREFIX)) {
            faults.add(
                SafeText.clean(
                    "cannot use %s: there is no such key; see sluice config --default"
                        .formatted(given(key, value.text()))));
          }
        });
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    Setting setting = Setting.of(argument);
    if (setting == null) {
      return null;
    }
    String variable = environment.get(setting.variable());
    if (variable != null) {
      return checked(setting, variable, setting.variable() + "=" + variable);
    }
    ConfigurationFile.Value value = file == null ? null : file.values().get(setting.key());
    if (value == null) {
      return null;
    }
    String given = given(setting.key(), value.text());
    if (value.isList() && !setting.option().isMultiValue()) {
      faults.add(Setting.refusal(given, "one value, not a list"));
      return null;
    }
    return checked(setting, value.text(), given);
  }

  /** Null, which leaves the option at its own default, where it is empty or wrong. */
  private String checked(Setting setting, String value, String given) {
    String range = setting.fault(value);
    if (range != null) {
      faults.add(Setting.refusal(given, range));
      return null;
    }
    return value.isEmpty() ? null : value;
  }

  /** Properties of Kafka's client, untouched: those of the file and, over them, environment. */
  Map<String, String> kafkaProperties() {
    Map<String, String> properties = new LinkedHashMap<>();
    Set<String> ours = Setting.all().keySet();
    if (file != null) {
      file.values()
          .forEach((key, value) -> {
            if (key.startsWith(Setting.KAFKA_PREFIX) && !ours.contains(key)) {
              properties.put(key.substring(Setting.KAFKA_PREFIX.length()), value.text());
            }
          });
    }
    environment.forEach((name, value) -> {
      if (name.startsWith(KAFKA_VARIABLE)) {
        String property =
            name.substring(KAFKA_VARIABLE.length()).toLowerCase(Locale.ROOT).replace('_', '.');
        if (!ours.contains(Setting.KAFKA_PREFIX + property)) {
          properties.put(property, value);
        }
      }
    });
    return properties;
  }

  /** What was wrong so far, a line each. */
  Set<String> faults() {
    return faults;
  }

  private String given(String key, String value) {
    return key + " = " + value + " in " + file.path();
  }
}
