package io.sluice.collector.command;

import java.util.List;
import java.util.Map;

/** The configuration with its defaults, as a file that a person can start from. */
final class ConfigurationText {
  private static final int WIDTH = 96;

  private ConfigurationText() {}

  static String ofDefaults() {
    StringBuilder text = new StringBuilder();
    comment(
        text,
        "Configuration of sluice collect and sluice capture, for --config FILE or SLUICE_CONFIG."
            + " Each key is also a flag, as in --x-y, and a variable, as in SLUICE_X_Y; a flag wins"
            + " over a variable, and that over this file. Keys that one of the commands has no use"
            + " for are left aside by it. Keys of no command are errors: check with sluice config"
            + " --check FILE.");
    for (Map.Entry<String, Setting> entry : Setting.all().entrySet()) {
      if (!entry.getKey().startsWith(Setting.KAFKA_PREFIX)) {
        append(text, entry.getKey(), entry.getValue());
      }
    }
    text.append('\n');
    comment(
        text,
        "Properties of the Kafka client, by its names and untouched, as"
            + " \"security.protocol\" = \"SASL_SSL\"; in the environment"
            + " SLUICE_KAFKA_SECURITY_PROTOCOL. They win over what sluice sets.");
    text.append("[kafka]\n");
    for (Map.Entry<String, Setting> entry : Setting.all().entrySet()) {
      if (entry.getKey().startsWith(Setting.KAFKA_PREFIX)) {
        String name = entry.getKey().substring(Setting.KAFKA_PREFIX.length());
        append(text, '"' + name + '"', entry.getValue());
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String key, Setting setting) {
    text.append('\n');
    String value = value(setting);
    String help = String.join(" ", setting.option().description());
    comment(text, value == null ? help : help.replaceAll(" ?\\(default: [^()]*\\)", ""));
    if (!setting.range().isEmpty() && !setting.isSwitch()) {
      comment(text, "Allowed: " + setting.range() + ".");
    }
    text.append(value == null ? "# " : "")
        .append(key)
        .append(" = ")
        .append(value == null ? sample(setting) : value)
        .append('\n');
  }

  /** Null where there is none that is the same everywhere. */
  private static String value(Setting setting) {
    if (setting.isSwitch()) {
      return "false";
    }
    if (setting.option().isMultiValue()) {
      return setting.option().required() || setting.key().equals("interface") ? null : "[]";
    }
    String given = setting.option().defaultValue();
    Object initial = given == null ? setting.option().initialValue() : given;
    if (initial == null || setting.key().equals("workers")) {
      return null;
    }
    boolean bare = setting.isNumber() || setting.option().type() == double.class;
    return bare ? initial.toString() : quoted(initial.toString());
  }

  private static String sample(Setting setting) {
    if (setting.isNumber()) {
      return "1";
    }
    String quoted = quoted(setting.option().paramLabel());
    return setting.option().isMultiValue() ? "[" + quoted + "]" : quoted;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void comment(StringBuilder text, String sentence) {
    StringBuilder line = new StringBuilder("#");
    for (String word : List.of(sentence.strip().split("\\s+"))) {
      if (line.length() > 1 && line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line.setLength(1);
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
