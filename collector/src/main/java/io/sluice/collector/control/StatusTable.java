package io.sluice.collector.control;

import io.sluice.collector.encoding.SafeText;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The status as lines for a person: the ledger by stage, and every counter that is not zero. */
public final class StatusTable {
  /** What has a part of its own below. */
  private static final Set<String> KNOWN = Set.of("ledger", "counters");

  private StatusTable() {}

  public static String of(JsonNode status) {
    StringBuilder out = new StringBuilder();
    out.append(
        "collector %s, sensor %s, %s, up %s\n"
            .formatted(
                text(status.path("sluice")),
                text(status.path("sensor")),
                text(status.path("source")),
                duration(status.path("uptime_seconds").asLong(0))));
    JsonNode privileges = status.path("privileges");
    if (privileges.isObject()) {
      out.append(
          "privileges: uid %s, gid %s, capabilities %s, new privileges %s, system calls %s\n"
              .formatted(
                  text(privileges.path("uid")),
                  text(privileges.path("gid")),
                  text(privileges.path("capabilities")),
                  privileges.path("no_new_privileges").asBoolean() ? "refused" : "possible",
                  privileges.path("system_call_filter").asBoolean() ? "filtered" : "not filtered"));
    }
    out.append('\n').append(ledger(status));
    String heading = "\nnow\n";
    for (Map.Entry<String, JsonNode> group : status.properties()) {
      if (group.getValue().isObject() && !KNOWN.contains(group.getKey())) {
        out.append(heading);
        heading = "";
        appendLine(out, group);
      }
    }
    for (Map.Entry<String, JsonNode> stage : status.path("counters").properties()) {
      boolean first = true;
      for (Map.Entry<String, JsonNode> counter : stage.getValue().properties()) {
        long value = counter.getValue().asLong();
        if (value != 0) {
          out.append(first ? "\n" + SafeText.clean(stage.getKey()) + "\n" : "");
          out.append(
              "  %-34s %,20d\n"
                  .formatted(SafeText.clean(counter.getKey()).toLowerCase(Locale.ROOT), value));
          first = false;
        }
      }
    }
    return out.toString();
  }

  /** The lines of the ledger alone. */
  public static String ledger(JsonNode answer) {
    StringBuilder out = new StringBuilder("ledger\n");
    for (Map.Entry<String, JsonNode> stage : answer.path("ledger").properties()) {
      appendLine(out, stage);
    }
    return out.toString();
  }

  private static void appendLine(StringBuilder out, Map.Entry<String, JsonNode> named) {
    out.append("  %-11s".formatted(SafeText.clean(named.getKey())));
    for (Map.Entry<String, JsonNode> field : named.getValue().properties()) {
      if (field.getValue().isNumber()) {
        out.append(" %s=%,d".formatted(SafeText.clean(field.getKey()), field.getValue().asLong()));
      }
    }
    out.append('\n');
  }

  private static String text(JsonNode node) {
    return SafeText.clean(node.asString("?"));
  }

  private static String duration(long seconds) {
    return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
