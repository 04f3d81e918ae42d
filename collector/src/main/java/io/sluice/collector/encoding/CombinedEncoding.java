package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Apache's combined log format, with Apache's escapes: a quote and a backslash by a backslash, all
 * that is not printable ASCII by {@code \xHH}. Where no response was seen the status is {@code -},
 * as Apache writes a status that it does not have; {@code %b} is the body's bytes, {@code -} for
 * none. A request line whose version is not known, as one that was cut, has two parts; one of
 * HTTP/2 says {@code HTTP/2.0}, the protocol's name in Apache.
 */
final class CombinedEncoding implements EventEncoding {
  private final DateTimeFormatter time;

  CombinedEncoding(final EncodingOptions options) {
    time =
        DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(options.zone());
  }

  @Override
  public String name() {
    return "combined";
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    final RequestEvent.Request request = event.request();
    final RequestEvent.Response response = event.response();
    escaped(event.flow().clientIp(), out);
    out.ascii(" - - [");
    out.ascii(time.format(EpochTime.instant(event.timestampNs())));
    out.ascii("] \"");
    escaped(request.method(), out);
    out.put(' ');
    escaped(request.target(), out);
    final String version = request.version();
    if (version != null && !version.isEmpty()) {
      out.ascii(" HTTP/");
      escaped(version.equals("2") ? "2.0" : version, out);
    }
    out.ascii("\" ");
    positive(response == null ? 0 : response.status(), out);
    out.put(' ');
    positive(response == null ? 0 : response.bodyBytes(), out);
    out.ascii(" \"");
    escaped(request.referrer(), out);
    out.ascii("\" \"");
    escaped(request.userAgent(), out);
    out.put('"');
  }

  private static void positive(final long value, final RecordBuffer out) {
    if (value > 0) {
      out.decimal(value);
    } else {
      out.put('-');
    }
  }

  private static void escaped(final String text, final RecordBuffer out) {
    if (text == null || text.isEmpty()) {
      out.put('-');
      return;
    }
    int start = 0;
    for (int quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', start)) {
      BackslashText.append(text.substring(start, quote), c -> c > 0x7e, out);
      out.ascii("\\\"");
      start = quote + 1;
    }
    BackslashText.append(text, start, c -> c > 0x7e, out);
  }
}
