package io.sluice.collector.audit;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.encoding.SafeText;
import io.sluice.collector.event.RequestEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * journald's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): the record as MESSAGE, and what
 * people search for as fields of its own. Every value is written with its length, so that nothing
 * in it can begin another field.
 */
final class JournalFraming implements DatagramFraming {
  private final EventEncoding encoding;
  private final String sensor;
  private final RecordBuffer message = new RecordBuffer();

  JournalFraming(final EventEncoding encoding, final String sensor) {
    this.encoding = encoding;
    this.sensor = sensor;
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    message.clear();
    encoding.append(event, message);
    field("MESSAGE", message.array(), message.length(), out);
    field("PRIORITY", Integer.toString(SyslogFraming.SEVERITY_INFORMATIONAL), out);
    field("SYSLOG_IDENTIFIER", "sluice", out);
    field("SLUICE_SENSOR", sensor, out);
    field("SLUICE_ID", event.id(), out);
    field("SLUICE_COMMUNITY_ID", event.flow().communityId(), out);
    field("SLUICE_CLIENT_IP", event.flow().clientIp(), out);
    field("SLUICE_SERVER_IP", event.flow().serverIp(), out);
    field("SLUICE_METHOD", event.request().method(), out);
    field("SLUICE_HOST", event.request().host(), out);
    field("SLUICE_URL", event.request().url(), out);
    if (event.response() != null) {
      field("SLUICE_STATUS", Integer.toString(event.response().status()), out);
    }
  }

  private static void field(final String name, final String value, final RecordBuffer out) {
    if (value != null) {
      final byte[] bytes = SafeText.clean(value).getBytes(StandardCharsets.UTF_8);
      field(name, bytes, bytes.length, out);
    }
  }

  private static void field(
      final String name, final byte[] value, final int length, final RecordBuffer out) {
    final byte[] nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    out.write(nameBytes, 0, nameBytes.length);
    out.write('\n');
    final byte[] size =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    out.write(size, 0, size.length);
    out.write(value, 0, length);
    out.write('\n');
  }
}
