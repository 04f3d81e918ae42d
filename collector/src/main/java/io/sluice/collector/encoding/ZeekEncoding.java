package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Zeek's http.log in its ASCII format: all of its columns in its order, then ours. Three meanings
 * differ: {@code uri} is the target as sent (Zeek decodes it), {@code uid} names the flow's
 * addresses and ports (Zeek's names one connection), and {@code #open} and {@code #close} are UTC.
 *
 * <p>{@code origin} and {@code proxied} are of the headers that events were asked to hold. Columns
 * of what the sensor does not look at (file identifiers, user names) are unset.
 */
final class ZeekEncoding implements EventEncoding {
  static final List<String> FIELDS =
      List.of(
          "ts",
          "uid",
          "id.orig_h",
          "id.orig_p",
          "id.resp_h",
          "id.resp_p",
          "trans_depth",
          "method",
          "host",
          "uri",
          "referrer",
          "version",
          "user_agent",
          "origin",
          "request_body_len",
          "response_body_len",
          "status_code",
          "status_msg",
          "info_code",
          "info_msg",
          "tags",
          "username",
          "password",
          "proxied",
          "orig_fuids",
          "orig_filenames",
          "orig_mime_types",
          "resp_fuids",
          "resp_filenames",
          "resp_mime_types",
          "community_id",
          "event_id",
          "vlan",
          "latency",
          "request_content_type",
          "response_content_type",
          "flags");

  static final List<String> TYPES =
      List.of(
          "time",
          "string",
          "addr",
          "port",
          "addr",
          "port",
          "count",
          "string",
          "string",
          "string",
          "string",
          "string",
          "string",
          "string",
          "count",
          "count",
          "count",
          "string",
          "count",
          "string",
          "set[enum]",
          "string",
          "string",
          "set[string]",
          "vector[string]",
          "vector[string]",
          "vector[string]",
          "vector[string]",
          "vector[string]",
          "vector[string]",
          "string",
          "string",
          "int",
          "interval",
          "string",
          "string",
          "set[string]");

  /** Those that say that a proxy is between, as Zeek's {@code HTTP::proxy_headers} has them. */
  private static final Set<String> PROXY_HEADERS =
      Set.of(
          "FORWARDED",
          "X-FORWARDED-FOR",
          "X-FORWARDED-FROM",
          "CLIENT-IP",
          "VIA",
          "XROXY-CONNECTION",
          "PROXY-CONNECTION");

  private static final String UNSET = "-";
  private static final String EMPTY = "(empty)";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss").withZone(ZoneOffset.UTC);
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final MessageDigest sha1 = sha1();

  @Override
  public String name() {
    return "zeek";
  }

  @Override
  public String contentType() {
    return "text/tab-separated-values";
  }

  @Override
  public void header(final long timeNs, final RecordBuffer out) {
    out.ascii("#separator \\x09\n");
    out.ascii("#set_separator\t,\n");
    out.ascii("#empty_field\t" + EMPTY + "\n");
    out.ascii("#unset_field\t" + UNSET + "\n");
    out.ascii("#path\thttp\n");
    out.ascii("#open\t" + STAMP.format(EpochTime.instant(timeNs)) + "\n");
    out.ascii("#fields\t" + String.join("\t", FIELDS) + "\n");
    out.ascii("#types\t" + String.join("\t", TYPES) + "\n");
  }

  @Override
  public void footer(final long timeNs, final RecordBuffer out) {
    out.ascii("#close\t" + STAMP.format(EpochTime.instant(timeNs)) + "\n");
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    final RequestEvent.Flow flow = event.flow();
    final RequestEvent.Request request = event.request();
    final RequestEvent.Response response = event.response();
    EpochTime.secondsMicros(event.timestampNs(), out);
    out.put('\t');
    uid(flow.communityId(), out);
    text(flow.clientIp(), out);
    number(flow.clientPort(), out);
    text(flow.serverIp(), out);
    number(flow.serverPort(), out);
    number(event.depth(), out);
    text(request.method(), out);
    text(request.host(), out);
    text(request.target(), out);
    text(request.referrer(), out);
    text(request.version(), out);
    text(request.userAgent(), out);
    text(first(request.headers(), "origin"), out);
    number(request.bodyBytes(), out);
    number(response == null ? 0 : response.bodyBytes(), out);
    if (response == null) {
      unset(2, out);
    } else {
      number(response.status(), out);
      text(response.reason(), out);
    }
    unset(2, out);
    out.put('\t');
    out.ascii(EMPTY);
    unset(2, out);
    proxied(request.headers(), out);
    unset(6, out);
    text(flow.communityId(), out);
    text(event.id(), out);
    if (flow.vlan() < 0) {
      unset(1, out);
    } else {
      number(flow.vlan(), out);
    }
    latency(response, out);
    text(request.contentType(), out);
    text(response == null ? null : response.contentType(), out);
    set(event.flags(), out);
  }

  private void uid(final String communityId, final RecordBuffer out) {
    final byte[] digest = sha1.digest(String.valueOf(communityId).getBytes(StandardCharsets.UTF_8));
    out.put('C');
    for (int i = 0; i < 17; i++) {
      out.put(BASE62.charAt((digest[i] & 0xff) % 62));
    }
  }

  private static void number(final long value, final RecordBuffer out) {
    out.put('\t');
    out.decimal(value);
  }

  private static void unset(final int columns, final RecordBuffer out) {
    for (int i = 0; i < columns; i++) {
      out.ascii("\t" + UNSET);
    }
  }

  private static void text(final String value, final RecordBuffer out) {
    out.put('\t');
    value(value, false, out);
  }

  private static void set(final List<String> values, final RecordBuffer out) {
    out.put('\t');
    if (values.isEmpty()) {
      out.ascii(EMPTY);
      return;
    }
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      value(values.get(i), true, out);
    }
  }

  /** Null where it was not sent, or not asked for. */
  private static String first(final List<RequestEvent.Header> headers, final String name) {
    for (final RequestEvent.Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }

  /** In Zeek's words: {@code NAME -> value}. */
  private static void proxied(final List<RequestEvent.Header> headers, final RecordBuffer out) {
    if (headers.isEmpty()) { // nearly always: none is asked for
      unset(1, out);
      return;
    }
    final Set<String> values = new LinkedHashSet<>();
    for (final RequestEvent.Header header : headers) {
      final String name = header.name().toUpperCase(Locale.ROOT);
      if (PROXY_HEADERS.contains(name)) {
        values.add(name + " -> " + header.value());
      }
    }
    if (values.isEmpty()) {
      unset(1, out);
    } else {
      set(List.copyOf(values), out);
    }
  }

  /** A value that reads like a marker has its first character escaped, as Zeek's writer does. */
  private static void value(final String value, final boolean inSet, final RecordBuffer out) {
    if (value == null) {
      out.ascii(UNSET);
    } else if (value.isEmpty()) {
      // An empty string in Zeek's own words.
      out.ascii(EMPTY);
    } else {
      final boolean marker = value.equals(UNSET) || value.equals(EMPTY);
      if (marker) {
        out.hexEscape(value.charAt(0));
      }
      BackslashText.append(value, marker ? 1 : 0, c -> inSet && c == ',', out);
    }
  }

  private static void latency(final RequestEvent.Response response, final RecordBuffer out) {
    if (response == null) {
      unset(1, out);
    } else {
      out.put('\t');
      EpochTime.secondsMicros(response.latencyUs() * 1_000, out);
    }
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
