package io.sluice.collector.encoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What of an event can be a column. Named by its path in the JSON form. */
public enum EventField {
  ID("id"),
  TS("ts"),
  SENSOR("sensor"),
  CLIENT_IP("flow.client_ip"),
  CLIENT_PORT("flow.client_port"),
  SERVER_IP("flow.server_ip"),
  SERVER_PORT("flow.server_port"),
  VLAN("flow.vlan"),
  COMMUNITY_ID("flow.community_id"),
  REAL_CLIENT_IP("flow.real_client_ip"),
  METHOD("request.method"),
  TARGET("request.target"),
  SCHEME("request.scheme"),
  HOST("request.host"),
  URL("request.url"),
  VERSION("request.version"),
  USER_AGENT("request.user_agent"),
  REFERRER("request.referrer"),
  REQUEST_CONTENT_TYPE("request.content_type"),
  REQUEST_HEADER_BYTES("request.header_bytes"),
  REQUEST_BODY_BYTES("request.body_bytes"),
  STATUS("response.status"),
  REASON("response.reason"),
  RESPONSE_CONTENT_TYPE("response.content_type"),
  RESPONSE_HEADER_BYTES("response.header_bytes"),
  RESPONSE_BODY_BYTES("response.body_bytes"),
  LATENCY_US("response.latency_us"),
  DURATION_US("response.duration_us"),
  GRPC_STATUS("response.grpc_status"),
  DEPTH("depth"),
  FLAGS("flags"),
  FILE("file");

  /** What a line of columns has where none are named. */
  public static final List<EventField> DEFAULTS =
      List.of(TS, CLIENT_IP, SERVER_IP, METHOD, HOST, TARGET, VERSION, STATUS, REASON);

  private final String path;

  EventField(final String path) {
    this.path = path;
  }

  public String path() {
    return path;
  }

  /** All names, separated by a comma and a blank. */
  public static String names() {
    return Arrays.stream(values()).map(EventField::path).collect(Collectors.joining(", "));
  }

  /**
   * @param paths names separated by commas
   * @throws IllegalArgumentException with the allowed names, where one is unknown or none is given
   */
  public static List<EventField> parse(final String paths) {
    final List<EventField> fields = new ArrayList<>();
    for (final String path : paths.split(",", -1)) {
      fields.add(of(path.strip()));
    }
    return List.copyOf(fields);
  }

  private static EventField of(final String path) {
    for (final EventField field : values()) {
      if (field.path.equals(path)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "cannot use field '"
            + SafeText.clean(path)
            + "': events have none of that name; use some of "
            + names());
  }
}
