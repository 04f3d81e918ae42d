package io.sluice.collector.audit;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * RFC 5424, one message a datagram: severity informational, the time of the request, the sensor as
 * host name, and the record as message. The record is UTF-8 without a byte order mark, which the
 * RFC allows (MSG-ANY) and every receiver reads.
 */
final class SyslogFraming implements DatagramFraming {
  static final int SEVERITY_INFORMATIONAL = 6;
  private static final int MAX_FACILITY = 23;
  private static final int MAX_HOST_NAME = 255;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final EventEncoding encoding;
  private final byte[] beforeTime;
  private final byte[] behindTime;

  /**
   * @param facility 0..23; 13 is the log audit, 16 to 23 are local use
   */
  SyslogFraming(
      final EventEncoding encoding,
      final int facility,
      final String sensor,
      final String productVersion) {
    if (facility < 0 || facility > MAX_FACILITY) {
      throw new IllegalArgumentException(
          "cannot use syslog facility " + facility + ": it is out of range; use 0 to 23");
    }
    this.encoding = encoding;
    beforeTime = ascii("<" + (facility * 8 + SEVERITY_INFORMATIONAL) + ">1 ");
    behindTime =
        ascii(
            " "
                + name(sensor)
                + " sluice "
                + ProcessHandle.current().pid()
                + " http-request [origin software=\"sluice\" swVersion=\""
                + name(productVersion).replaceAll("[\"\\\\\\]]", "_")
                + "\"] ");
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    write(beforeTime, out);
    write(ascii(TIME.format(Instant.ofEpochSecond(0, event.timestampNs()))), out);
    write(behindTime, out);
    encoding.append(event, out);
  }

  /** PRINTUSASCII without spaces, or the RFC's nil. */
  private static String name(final String text) {
    final String printable = text.replaceAll("[^!-~]", "_");
    return printable.isEmpty()
        ? "-"
        : printable.substring(0, Math.min(printable.length(), MAX_HOST_NAME));
  }

  private static void write(final byte[] bytes, final RecordBuffer out) {
    out.write(bytes, 0, bytes.length);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
