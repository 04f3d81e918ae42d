package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;

/**
 * ArcSight's Common Event Format, version 0, without a syslog prefix. The header escapes pipe and
 * backslash, an extension equals sign and backslash. Values are cut to the lengths of the
 * dictionary, and {@code cef_truncated} is then among the flags: a receiver that cuts silently
 * would hide that something is missing; so are sizes, whose integers are of 32 bits there. {@code
 * in} flowed from source to destination.
 */
final class CefEncoding implements EventEncoding {
  private static final int URL_CHARS = 1023;
  private static final int CONTEXT_CHARS = 2048;
  private static final int CUSTOM_CHARS = 4000;
  private static final int EXTERNAL_ID_CHARS = 40;
  private static final int HOST_CHARS = 1023;
  private static final int DEVICE_HOST_CHARS = 100;

  private final EncodingOptions options;
  private boolean truncated;

  CefEncoding(final EncodingOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "cef";
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    final RequestEvent.Request request = event.request();
    final RequestEvent.Response response = event.response();
    truncated = false;
    out.ascii("CEF:0|Sluice|Sluice|");
    header(options.productVersion(), out);
    out.ascii("|http-request|HTTP request|1|rt=");
    out.decimal(EpochTime.millis(event.timestampNs()));
    text("dvchost", options.sensor(), DEVICE_HOST_CHARS, out);
    text("externalId", event.id(), EXTERNAL_ID_CHARS, out);
    flow(event.flow(), out);
    text("app", "HTTP", 31, out);
    text("request", request.url() == null ? request.target() : request.url(), URL_CHARS, out);
    text("requestMethod", request.method(), URL_CHARS, out);
    text("requestClientApplication", request.userAgent(), URL_CHARS, out);
    text("requestContext", request.referrer(), CONTEXT_CHARS, out);
    text("dhost", request.host(), HOST_CHARS, out);
    size("in", request.headerBytes() + request.bodyBytes(), out);
    if (response != null) {
      response(event, response, out);
    }
    custom("cs1", "communityId", event.flow().communityId(), out);
    custom("cs5", "realClientIp", event.flow().realClientIp(), out);
    custom("cs3", "requestContentType", request.contentType(), out);
    number("cn3", event.depth(), out);
    text("cn3Label", "depth", URL_CHARS, out);
    // Last, when it is known whether anything was cut.
    custom("cs2", "flags", flags(event), out);
  }

  private void flow(final RequestEvent.Flow flow, final RecordBuffer out) {
    address("src", "c6a2", "Source IPv6 Address", flow.clientIp(), out);
    number("spt", flow.clientPort(), out);
    address("dst", "c6a3", "Destination IPv6 Address", flow.serverIp(), out);
    number("dpt", flow.serverPort(), out);
    text("proto", "TCP", 31, out);
  }

  /** The dictionary's src and dst hold IPv4 only. */
  private void address(
      final String ipv4Key,
      final String ipv6Key,
      final String label,
      final String address,
      final RecordBuffer out) {
    if (EcsEncoding.isIpv6(address)) {
      text(ipv6Key, address, 45, out);
      text(ipv6Key + "Label", label, URL_CHARS, out);
    } else {
      text(ipv4Key, address, 15, out);
    }
  }

  private void response(
      final RequestEvent event, final RequestEvent.Response response, final RecordBuffer out) {
    size("out", response.headerBytes() + response.bodyBytes(), out);
    number("start", EpochTime.millis(event.timestampNs()), out);
    number("end", EpochTime.millis(event.timestampNs() + response.durationUs() * 1_000), out);
    text("outcome", response.status() >= 400 ? "failure" : "success", 63, out);
    text("reason", response.reason(), URL_CHARS, out);
    number("cn1", response.status(), out);
    text("cn1Label", "httpStatus", URL_CHARS, out);
    number("cn2", response.latencyUs(), out);
    text("cn2Label", "latencyUs", URL_CHARS, out);
    custom("cs4", "responseContentType", response.contentType(), out);
  }

  private String flags(final RequestEvent event) {
    final String flags = String.join(",", event.flags());
    if (!truncated) {
      return flags.isEmpty() ? null : flags;
    }
    return flags.isEmpty() ? "cef_truncated" : "cef_truncated," + flags;
  }

  private void custom(
      final String key, final String label, final String value, final RecordBuffer out) {
    if (value != null) {
      text(key, value, CUSTOM_CHARS, out);
      text(key + "Label", label, URL_CHARS, out);
    }
  }

  private void size(final String key, final long bytes, final RecordBuffer out) {
    truncated |= bytes > Integer.MAX_VALUE;
    number(key, Math.min(bytes, Integer.MAX_VALUE), out);
  }

  private static void number(final String key, final long value, final RecordBuffer out) {
    out.ascii(" " + key + "=");
    out.decimal(value);
  }

  private void text(
      final String key, final String value, final int maxChars, final RecordBuffer out) {
    if (value == null) {
      return;
    }
    final String whole = SafeText.clean(value);
    final String clean = SafeText.cut(whole, maxChars);
    truncated |= clean.length() < whole.length();
    out.ascii(" " + key + "=");
    for (int i = 0; i < clean.length(); ) {
      final int codePoint = clean.codePointAt(i);
      if (codePoint == '\\' || codePoint == '=') {
        out.put('\\');
      }
      out.codePoint(codePoint);
      i += Character.charCount(codePoint);
    }
  }

  private static void header(final String value, final RecordBuffer out) {
    final String clean = SafeText.cut(SafeText.clean(value), 63);
    for (int i = 0; i < clean.length(); ) {
      final int codePoint = clean.codePointAt(i);
      if (codePoint == '\\' || codePoint == '|') {
        out.put('\\');
      }
      out.codePoint(codePoint);
      i += Character.charCount(codePoint);
    }
  }
}
