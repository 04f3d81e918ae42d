package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.util.Arrays;
import java.util.List;

/**
 * Chosen fields between tabs. Text is as in events ({@code \xHH}, doubled backslash), so that no
 * tab or line end is in a field; what is absent is {@code -}, and a text that is only a dash is
 * {@code \x2d}.
 */
final class TsvEncoding implements EventEncoding {
  private final EventField[] fields;
  private final String sensor;
  private final IsoTime time = new IsoTime();
  private String file;

  TsvEncoding(final EncodingOptions options) {
    fields = options.fields().toArray(new EventField[0]);
    sensor = options.sensor();
  }

  @Override
  public String name() {
    return "tsv";
  }

  @Override
  public String contentType() {
    return "text/tab-separated-values";
  }

  @Override
  public void captureFile(final String baseName) {
    file = baseName;
  }

  @Override
  public boolean needsIdentifiers() {
    return Arrays.stream(fields)
        .anyMatch(field -> field == EventField.ID || field == EventField.COMMUNITY_ID);
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) {
        out.put('\t');
      }
      field(fields[i], event, out);
    }
  }

  private void field(final EventField field, final RequestEvent event, final RecordBuffer out) {
    final RequestEvent.Flow flow = event.flow();
    final RequestEvent.Request request = event.request();
    final RequestEvent.Response response = event.response();
    switch (field) {
      case ID -> text(event.id(), out);
      case TS -> time.append(event.timestampNs(), out);
      case SENSOR -> text(sensor, out);
      case CLIENT_IP -> text(flow.clientIp(), out);
      case CLIENT_PORT -> out.decimal(flow.clientPort());
      case SERVER_IP -> text(flow.serverIp(), out);
      case SERVER_PORT -> out.decimal(flow.serverPort());
      case VLAN -> number(flow.vlan(), out);
      case COMMUNITY_ID -> text(flow.communityId(), out);
      case REAL_CLIENT_IP -> text(flow.realClientIp(), out);
      case METHOD -> text(request.method(), out);
      case TARGET -> text(request.target(), out);
      case SCHEME -> text(request.scheme(), out);
      case HOST -> text(request.host(), out);
      case URL -> text(request.url(), out);
      case VERSION -> text(request.version(), out);
      case USER_AGENT -> text(request.userAgent(), out);
      case REFERRER -> text(request.referrer(), out);
      case REQUEST_CONTENT_TYPE -> text(request.contentType(), out);
      case REQUEST_HEADER_BYTES -> out.decimal(request.headerBytes());
      case REQUEST_BODY_BYTES -> out.decimal(request.bodyBytes());
      case STATUS -> number(response == null ? -1 : response.status(), out);
      case REASON -> text(response == null ? null : response.reason(), out);
      case RESPONSE_CONTENT_TYPE -> text(response == null ? null : response.contentType(), out);
      case RESPONSE_HEADER_BYTES -> number(response == null ? -1 : response.headerBytes(), out);
      case RESPONSE_BODY_BYTES -> number(response == null ? -1 : response.bodyBytes(), out);
      case LATENCY_US -> number(response == null ? -1 : response.latencyUs(), out);
      case DURATION_US -> number(response == null ? -1 : response.durationUs(), out);
      case GRPC_STATUS -> number(response == null ? -1 : response.grpcStatus(), out);
      case DEPTH -> out.decimal(event.depth());
      case FLAGS -> flags(event.flags(), out);
      case FILE -> text(file, out);
    }
  }

  /** Absent where negative. */
  private static void number(final long value, final RecordBuffer out) {
    if (value < 0) {
      out.put('-');
    } else {
      out.decimal(value);
    }
  }

  private static void text(final String value, final RecordBuffer out) {
    if (value == null) {
      out.put('-');
    } else if (value.length() == 1 && value.charAt(0) == '-') {
      out.ascii("\\x2d");
    } else {
      out.plain(value);
    }
  }

  private static void flags(final List<String> flags, final RecordBuffer out) {
    if (flags.isEmpty()) {
      out.put('-');
    }
    for (int i = 0; i < flags.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      out.plain(flags.get(i));
    }
  }
}
