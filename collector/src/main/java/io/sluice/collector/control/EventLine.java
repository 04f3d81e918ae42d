package io.sluice.collector.control;

import io.sluice.collector.encoding.SafeText;
import tools.jackson.databind.JsonNode;

/** An event as a line for a person: no byte of the wire can do more than be read in it. */
public final class EventLine {
  private static final int MAX_URL_CHARS = 400;
  private static final int MAX_METHOD_CHARS = 24;

  private EventLine() {}

  /**
   * @param event in its JSON form
   */
  public static String of(JsonNode event) {
    JsonNode response = event.path("response");
    String time = event.path("ts").asString("");
    StringBuilder line = new StringBuilder();
    line.append(time.length() < 23 ? time : time.substring(11, 23));
    line.append("  %-15s".formatted(event.path("flow").path("client_ip").asString("")));
    line.append(
        "  %-7s"
            .formatted(cut(event.path("request").path("method").asString(""), MAX_METHOD_CHARS)));
    if (response.isObject()) {
      line.append(
          " %3d %,8.1f ms  "
              .formatted(
                  response.path("status").asInt(0),
                  response.path("latency_us").asLong(0) / 1000.0));
    } else {
      line.append(" %3s %8s     ".formatted("-", "-"));
    }
    line.append(cut(event.path("request").path("url").asString(""), MAX_URL_CHARS));
    String before = "  [";
    for (JsonNode flag : event.path("flags")) {
      line.append(before).append(flag.asString(""));
      before = ", ";
    }
    return SafeText.clean(before.equals(", ") ? line.append(']').toString() : line.toString());
  }

  private static String cut(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "…";
  }
}
