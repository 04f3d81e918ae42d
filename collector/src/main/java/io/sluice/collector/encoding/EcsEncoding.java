package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Elastic Common Schema, one JSON object a line.
 *
 * <p>ECS defines {@code http.*.mime_type} as what the body was found to be, not what a header
 * claims; the header's value stands therefore under {@code sluice}, with whatever else ECS has no
 * field for. The source is the client and the destination the server.
 */
final class EcsEncoding implements EventEncoding {
  static final String ECS_VERSION = "8.17.0";

  private final EncodingOptions options;
  private final JsonRecord json = new JsonRecord();

  EcsEncoding(final EncodingOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "ecs";
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    json.begin(out);
    json.text("@timestamp", EpochTime.isoMicros(event.timestampNs()));
    json.object("ecs");
    json.text("version", ECS_VERSION);
    json.close();
    event(event);
    final RequestEvent.Request request = event.request();
    final RequestEvent.Response response = event.response();
    final RequestEvent.Flow flow = event.flow();
    final long sent = request.headerBytes() + request.bodyBytes();
    final long received = response == null ? 0 : response.headerBytes() + response.bodyBytes();
    http(request, response);
    url(request);
    if (request.userAgent() != null) {
      json.object("user_agent");
      json.text("original", request.userAgent());
      json.close();
    }
    network(flow, sent + received);
    endpoint("source", flow.clientIp(), flow.clientPort(), sent, null);
    endpoint("client", flow.clientIp(), flow.clientPort(), sent, null);
    endpoint("destination", flow.serverIp(), flow.serverPort(), received, request.host());
    endpoint("server", flow.serverIp(), flow.serverPort(), received, request.host());
    related(flow, request);
    observer();
    json.texts("tags", event.flags());
    own(event);
    json.end();
  }

  private void event(final RequestEvent event) {
    final RequestEvent.Response response = event.response();
    final boolean failed = response != null && response.status() >= 400;
    final List<String> types = new ArrayList<>(List.of("access", "protocol"));
    if (failed) {
      types.add("error");
    }
    json.object("event");
    json.text("id", event.id());
    json.text("kind", "event");
    json.texts("category", List.of("network", "web"));
    json.texts("type", types);
    json.text("module", "sluice");
    json.text("dataset", "sluice.http");
    json.text("outcome", response == null ? "unknown" : failed ? "failure" : "success");
    json.text("start", EpochTime.isoMicros(event.timestampNs()));
    if (response != null) {
      final long durationNs = response.durationUs() * 1_000;
      json.text("end", EpochTime.isoMicros(event.timestampNs() + durationNs));
      json.number("duration", durationNs);
    }
    json.close();
  }

  private void http(final RequestEvent.Request request, final RequestEvent.Response response) {
    json.object("http");
    json.text("version", request.version());
    json.object("request");
    json.text("method", request.method());
    json.text("referrer", request.referrer());
    sizes(request.headerBytes(), request.bodyBytes());
    json.close();
    if (response != null) {
      json.object("response");
      json.number("status_code", response.status());
      sizes(response.headerBytes(), response.bodyBytes());
      json.close();
    }
    json.close();
  }

  private void sizes(final long headerBytes, final long bodyBytes) {
    json.number("bytes", headerBytes + bodyBytes);
    json.object("body");
    json.number("bytes", bodyBytes);
    json.close();
  }

  private void url(final RequestEvent.Request request) {
    final UrlParts parts = UrlParts.of(request);
    json.object("url");
    json.text("original", request.target());
    json.text("full", request.url());
    json.text("scheme", parts.scheme());
    json.text("domain", request.host());
    if (parts.port() > 0) {
      json.number("port", parts.port());
    }
    json.text("path", parts.path());
    json.text("query", parts.query());
    json.text("extension", parts.extension());
    json.close();
  }

  private void network(final RequestEvent.Flow flow, final long bytes) {
    json.object("network");
    json.text("type", isIpv6(flow.clientIp()) ? "ipv6" : "ipv4");
    json.text("transport", "tcp");
    json.text("protocol", "http");
    json.text("community_id", flow.communityId());
    json.text("forwarded_ip", flow.realClientIp());
    json.number("bytes", bytes);
    if (flow.vlan() >= 0) {
      json.object("vlan");
      json.text("id", Integer.toString(flow.vlan()));
      json.close();
    }
    json.close();
  }

  private void endpoint(
      final String name, final String ip, final int port, final long bytes, final String domain) {
    json.object(name);
    json.text("address", ip);
    json.text("ip", ip);
    json.number("port", port);
    json.text("domain", domain);
    json.number("bytes", bytes);
    json.close();
  }

  private void related(final RequestEvent.Flow flow, final RequestEvent.Request request) {
    final LinkedHashSet<String> addresses = new LinkedHashSet<>();
    addresses.add(flow.clientIp());
    addresses.add(flow.serverIp());
    if (flow.realClientIp() != null) {
      addresses.add(flow.realClientIp());
    }
    json.object("related");
    json.texts("ip", List.copyOf(addresses));
    if (request.host() != null) {
      json.texts("hosts", List.of(request.host()));
    }
    json.close();
  }

  private void observer() {
    json.object("observer");
    json.text("name", options.sensor());
    json.text("type", "sensor");
    json.text("vendor", "Sluice");
    json.text("product", "Sluice");
    json.text("version", options.productVersion());
    json.close();
  }

  private void own(final RequestEvent event) {
    final RequestEvent.Response response = event.response();
    json.object("sluice");
    json.number("depth", event.depth());
    json.object("request");
    json.text("content_type", event.request().contentType());
    json.headers("headers", event.request().headers());
    json.close();
    if (response != null) {
      json.object("response");
      json.text("reason", response.reason());
      json.text("content_type", response.contentType());
      json.number("latency_us", response.latencyUs());
      json.headers("headers", response.headers());
      if (response.grpcStatus() >= 0) {
        json.number("grpc_status", response.grpcStatus());
      }
      json.close();
    }
    json.close();
  }

  static boolean isIpv6(final String address) {
    return address != null && address.indexOf(':') >= 0;
  }
}
