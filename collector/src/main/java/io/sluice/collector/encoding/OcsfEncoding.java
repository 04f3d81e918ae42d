package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.util.Collections;
import java.util.Map;

/**
 * OCSF HTTP Activity (class 4002), one JSON object a line. Times are milliseconds. The source
 * endpoint is the client; {@code bytes_out} went from it, {@code bytes_in} to it. What the class
 * has no attribute for stands under {@code unmapped}.
 */
final class OcsfEncoding implements EventEncoding {
  static final String OCSF_VERSION = "1.9.0";
  private static final int CLASS_UID = 4002;
  private static final Activity UNKNOWN = new Activity(0, "Unknown");
  private static final Activity OTHER = new Activity(99, "Other");

  private static final Map<String, Activity> ACTIVITIES =
      Map.ofEntries(
          Map.entry("CONNECT", new Activity(1, "Connect")),
          Map.entry("DELETE", new Activity(2, "Delete")),
          Map.entry("GET", new Activity(3, "Get")),
          Map.entry("HEAD", new Activity(4, "Head")),
          Map.entry("OPTIONS", new Activity(5, "Options")),
          Map.entry("POST", new Activity(6, "Post")),
          Map.entry("PUT", new Activity(7, "Put")),
          Map.entry("TRACE", new Activity(8, "Trace")),
          Map.entry("PATCH", new Activity(9, "Patch")),
          Map.entry("QUERY", new Activity(30, "Query")));

  private final EncodingOptions options;
  private final JsonRecord json = new JsonRecord();

  OcsfEncoding(final EncodingOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "ocsf";
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    final RequestEvent.Request request = event.request();
    final RequestEvent.Response response = event.response();
    json.begin(out);
    classification(request.method());
    outcome(event);
    metadata(event);
    endpoint("src_endpoint", event.flow().clientIp(), event.flow().clientPort(), null, event);
    endpoint(
        "dst_endpoint", event.flow().serverIp(), event.flow().serverPort(), request.host(), event);
    connection(event.flow());
    traffic(request, response);
    request(request, event.flow().realClientIp());
    if (response != null) {
      response(response);
    }
    observables(event);
    unmapped(event);
    json.end();
  }

  private void classification(final String method) {
    final boolean named = JsonRecord.isThere(method);
    final Activity activity = named ? ACTIVITIES.getOrDefault(method, OTHER) : UNKNOWN;
    json.number("category_uid", 4);
    json.text("category_name", "Network Activity");
    json.number("class_uid", CLASS_UID);
    json.text("class_name", "HTTP Activity");
    json.number("activity_id", activity.id());
    // For 99 the schema wants the source's own word.
    json.text("activity_name", activity.equals(OTHER) ? method : activity.caption());
    json.number("type_uid", CLASS_UID * 100L + activity.id());
    json.text("type_name", "HTTP Activity: " + activity.caption());
    json.number("severity_id", 1);
    json.text("severity", "Informational");
  }

  private void outcome(final RequestEvent event) {
    final RequestEvent.Response response = event.response();
    final long startMs = EpochTime.millis(event.timestampNs());
    json.number("time", startMs);
    json.number("start_time", startMs);
    if (response == null) {
      json.number("status_id", 0);
      json.text("status", "Unknown");
      return;
    }
    final long endMs = EpochTime.millis(event.timestampNs() + response.durationUs() * 1_000);
    json.number("end_time", endMs);
    json.number("duration", endMs - startMs);
    final boolean failed = response.status() >= 400;
    json.number("status_id", failed ? 2 : 1);
    json.text("status", failed ? "Failure" : "Success");
    json.text("status_code", Integer.toString(response.status()));
    json.text("status_detail", response.reason());
  }

  private void metadata(final RequestEvent event) {
    json.object("metadata");
    json.text("version", OCSF_VERSION);
    json.text("uid", event.id());
    json.text("log_provider", options.sensor());
    if (event.flags().contains("truncated")) {
      json.bool("is_truncated", true);
    }
    json.object("product");
    json.text("name", "Sluice");
    json.text("vendor_name", "Sluice");
    json.text("version", options.productVersion());
    json.close();
    json.close();
  }

  private void endpoint(
      final String name,
      final String ip,
      final int port,
      final String hostname,
      final RequestEvent event) {
    json.object(name);
    json.text("ip", ip);
    json.number("port", port);
    json.text("hostname", hostname);
    if (event.flow().vlan() >= 0) {
      json.text("vlan_uid", Integer.toString(event.flow().vlan()));
    }
    json.close();
  }

  private void connection(final RequestEvent.Flow flow) {
    final boolean ipv6 = EcsEncoding.isIpv6(flow.clientIp());
    json.object("connection_info");
    // A sensor beside the wire does not know which side is inside.
    json.number("direction_id", 0);
    json.text("direction", "Unknown");
    json.number("protocol_num", 6);
    json.text("protocol_name", "tcp");
    json.number("protocol_ver_id", ipv6 ? 6 : 4);
    json.text("community_uid", flow.communityId());
    json.close();
  }

  private void traffic(final RequestEvent.Request request, final RequestEvent.Response response) {
    final long sent = request.headerBytes() + request.bodyBytes();
    final long received = response == null ? 0 : response.headerBytes() + response.bodyBytes();
    json.object("traffic");
    json.number("bytes", sent + received);
    json.number("bytes_in", received);
    json.number("bytes_out", sent);
    json.close();
  }

  private void request(final RequestEvent.Request request, final String realClientIp) {
    final UrlParts parts = UrlParts.of(request);
    json.object("http_request");
    json.text("http_method", request.method());
    json.text("version", request.version());
    json.text("user_agent", request.userAgent());
    json.text("referrer", request.referrer());
    json.texts("x_forwarded_for", Collections.singletonList(realClientIp));
    json.headers("http_headers", request.headers());
    integer("length", request.headerBytes() + request.bodyBytes());
    integer("body_length", request.bodyBytes());
    final String urlString = urlString(request);
    // The object needs one of these two.
    if (JsonRecord.isThere(urlString) || JsonRecord.isThere(parts.path())) {
      json.object("url");
      json.text("url_string", urlString);
      json.text("scheme", parts.scheme());
      json.text("hostname", request.host());
      if (parts.port() > 0) {
        json.number("port", parts.port());
      }
      json.text("path", parts.path());
      json.text("query_string", parts.query());
      json.close();
    }
    json.close();
  }

  private void response(final RequestEvent.Response response) {
    json.object("http_response");
    json.number("code", response.status());
    json.text("status", response.reason());
    json.text("content_type", response.contentType());
    json.headers("http_headers", response.headers());
    integer("latency", response.latencyUs() / 1_000);
    integer("length", response.headerBytes() + response.bodyBytes());
    integer("body_length", response.bodyBytes());
    json.close();
  }

  /**
   * The class's integers are of 32 bits, its longs of 64: what does not fit is left out rather than
   * refused with its record. The sizes are whole under {@code traffic}, the time under {@code
   * duration}.
   */
  private void integer(final String name, final long value) {
    if (value <= Integer.MAX_VALUE) {
      json.number(name, value);
    }
  }

  private void observables(final RequestEvent event) {
    json.array("observables");
    observable("src_endpoint.ip", 2, "IP Address", event.flow().clientIp());
    observable("dst_endpoint.ip", 2, "IP Address", event.flow().serverIp());
    observable("dst_endpoint.hostname", 1, "Hostname", event.request().host());
    observable("http_request.url.url_string", 6, "URL String", urlString(event.request()));
    observable("http_request.user_agent", 16, "HTTP User-Agent", event.request().userAgent());
    json.closeArray();
  }

  private void observable(
      final String name, final int typeId, final String type, final String value) {
    if (JsonRecord.isThere(value)) {
      json.element();
      json.text("name", name);
      json.number("type_id", typeId);
      json.text("type", type);
      json.text("value", value);
      json.close();
    }
  }

  private void unmapped(final RequestEvent event) {
    json.object("unmapped");
    json.number("depth", event.depth());
    json.texts("flags", event.flags());
    json.text("request_content_type", event.request().contentType());
    json.text("target", event.request().target());
    if (event.response() != null && event.response().grpcStatus() >= 0) {
      json.number("grpc_status", event.response().grpcStatus());
    }
    json.close();
  }

  private static String urlString(final RequestEvent.Request request) {
    return JsonRecord.isThere(request.url()) ? request.url() : request.target();
  }

  /** A method's activity in the class's own numbers. */
  private record Activity(int id, String caption) {}
}
