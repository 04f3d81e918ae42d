package io.sluice.collector.control;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The status as lines for a person: the ledger by stage, and every counter that is not zero. */
public final class StatusTable {
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
    out.append("\nledger\n");
    for (Map.Entry<String, JsonNode> stage : status.path("ledger").properties()) {
      JsonNode identity = stage.getValue();
      out.append("  %-11s".formatted(stage.getKey()));
      for (Map.Entry<String, JsonNode> field : identity.properties()) {
        if (field.getValue().isNumber()) {
          out.append(" %s=%,d".formatted(field.getKey(), field.getValue().asLong()));
        }
      }
      out.append('\n');
    }
    for (Map.Entry<String, JsonNode> stage : status.path("counters").properties()) {
      boolean first = true;
      for (Map.Entry<String, JsonNode> counter : stage.getValue().properties()) {
        long value = counter.getValue().asLong();
        if (value != 0) {
          out.append(first ? "\n" + stage.getKey() + "\n" : "");
          out.append(
              "  %-34s %,20d\n"
                  .formatted(counter.getKey().toLowerCase(java.util.Locale.ROOT), value));
          first = false;
        }
      }
    }
    return out.toString();
  }

  private static String text(JsonNode node) {
    return io.sluice.collector.sink.PlainText.of(node.asString("?"));
  }

  private static String duration(long seconds) {
    return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
