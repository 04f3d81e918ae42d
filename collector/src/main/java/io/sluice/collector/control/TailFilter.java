package io.sluice.collector.control;

import io.sluice.collector.encoding.SafeText;
import io.sluice.collector.event.RequestEvent;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which events a client follows. What is null is not looked at. Any thread.
 *
 * @param host as in the event, without regard to case; {@code *.example} for all below example
 * @param path how the target begins
 * @param method as in the event
 * @param status {@code 404}, {@code 4xx}, or {@code none} where no response was seen
 * @param client address of the client, or of the one that trusted proxies name
 */
public record TailFilter(String host, String path, String method, String status, String client) {
  public static final TailFilter ALL = new TailFilter(null, null, null, null, null);

  private static final Pattern STATUS = Pattern.compile("[1-9](\\d\\d|xx)|none");

  /**
   * @throws IllegalArgumentException where the status is none
   */
  public TailFilter {
    if (status != null && !STATUS.matcher(status).matches()) {
      throw new IllegalArgumentException(
          "cannot follow status "
              + SafeText.clean(status)
              + ": it is none; give one such as 404, 4xx or none");
    }
    host = host == null ? null : host.toLowerCase(Locale.ROOT);
  }

  static TailFilter of(JsonNode json) {
    return new TailFilter(
        text(json, "host"),
        text(json, "path"),
        text(json, "method"),
        text(json, "status"),
        text(json, "client"));
  }

  ObjectNode toJson() {
    return ControlProtocol.JSON
        .createObjectNode()
        .put("host", host)
        .put("path", path)
        .put("method", method)
        .put("status", status)
        .put("client", client);
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).isString() ? json.path(name).asString() : null;
  }

  boolean matches(RequestEvent event) {
    return (host == null || isHost(event.request().host()))
        && (path == null || event.request().target().startsWith(path))
        && (method == null || event.request().method().equals(method))
        && (status == null || isStatus(event.response()))
        && (client == null
            || client.equals(event.flow().clientIp())
            || client.equals(event.flow().realClientIp()));
  }

  private boolean isHost(String of) {
    if (of == null) {
      return false;
    }
    return host.startsWith("*.")
        ? of.toLowerCase(Locale.ROOT).endsWith(host.substring(1))
        : of.equalsIgnoreCase(host);
  }

  private boolean isStatus(RequestEvent.Response response) {
    if (response == null) {
      return status.equals("none");
    }
    return status.endsWith("xx")
        ? response.status() / 100 == status.charAt(0) - '0'
        : String.valueOf(response.status()).equals(status);
  }
}
