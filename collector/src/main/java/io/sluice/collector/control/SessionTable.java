package io.sluice.collector.control;

import io.sluice.collector.encoding.SafeText;
import tools.jackson.databind.JsonNode;

/** Sessions as lines for a person. */
public final class SessionTable {
  private SessionTable() {}

  public static String of(JsonNode sessions) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%-47s %-47s %-11s %15s %12s %9s %9s%n"
            .formatted("end", "other end", "state", "bytes", "packets", "age s", "idle s"));
    for (JsonNode session : sessions) {
      out.append(
          "%-47s %-47s %-11s %,15d %,12d %,9d %,9.1f%n"
              .formatted(
                  SafeText.clean(session.path("low").asString("")),
                  SafeText.clean(session.path("high").asString("")),
                  session.path("confirmed").asBoolean(false) ? "confirmed" : "unconfirmed",
                  session.path("bytes").asLong(0),
                  session.path("packets").asLong(0),
                  session.path("age_ms").asLong(0) / 1000,
                  session.path("idle_ms").asLong(0) / 1000.0));
    }
    return out.toString();
  }
}
