package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Quantiles;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Texts;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.SchemaHistory;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.apache.avro.message.BinaryMessageDecoder;

/**
 * From the bytes of an event to what the statistics need, and no further: of two dozen texts it
 * makes eight. Bounded: sensor, host, template, method and run fit together into one key of the
 * table's index (2,704 bytes). Not for several threads.
 */
final class RequestReader {
  /** End of the year 9999. Packet times outside 0..this are clamped to it. */
  static final long MAX_TIME_MS = 253_402_300_799_999L;

  static final int MAX_ID_BYTES = 128;
  static final int MAX_HOST_BYTES = 255;
  static final int MAX_METHOD_BYTES = 32;
  static final int MAX_PATH_BYTES = 1024;
  static final int MAX_CLIENT_BYTES = 64;
  static final int MAX_SENSOR_BYTES = 128;

  /** Of what is only ranked: a longer one is one with those that begin alike. */
  private static final int MAX_RANKED_BYTES = 256;

  private static final String TRUNCATED = "truncated";

  /** Marker and fingerprint of the schema (Avro 1.12, Single-object encoding). */
  private static final int HEADER_BYTES = 10;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Of the version whose fields are read here. */
  static final long VERSION = SchemaHistory.fingerprint(RequestEvent.SCHEMA$);

  private final boolean templates;
  private final BinaryMessageDecoder<RequestEvent> others =
      RequestEvent.createDecoder(SchemaHistory.INSTANCE);
  private final AvroBytes in = new AvroBytes();
  private final Texts sensors = new Texts(text -> Text.clean(text, MAX_SENSOR_BYTES));
  private final Texts hosts =
      new Texts(text -> Text.clean(text.toLowerCase(Locale.ROOT), MAX_HOST_BYTES));
  private final Texts methods = new Texts(text -> Text.clean(text, MAX_METHOD_BYTES));
  private final Texts clients = new Texts(text -> Text.clean(text, MAX_CLIENT_BYTES));
  private final Texts agents = new Texts(text -> Text.clean(text, MAX_RANKED_BYTES));
  private final Texts referrers =
      new Texts(text -> Text.clean(withoutQuery(text), MAX_RANKED_BYTES));
  private final Texts flags = new Texts(text -> text);

  /**
   * @param templates whether paths become templates ({@link PathTemplate}) or stay as they are
   */
  RequestReader(boolean templates) {
    this.templates = templates;
  }

  /**
   * @param value a {@code RequestEvent} of any version
   * @throws IOException or a runtime exception, where it is none
   */
  Request read(byte[] value) throws IOException {
    if (value.length < HEADER_BYTES
        || value[0] != (byte) 0xC3
        || value[1] != 1
        || (long) LONG.get(value, 2) != VERSION) {
      ByteBuffer present = RequestEvent.getEncoder().encode(others.decode(value, null));
      byte[] bytes = new byte[present.remaining()];
      present.get(bytes);
      return readFields(bytes);
    }
    return readFields(value);
  }

  /** In the order of the schema. What is not needed is read too: a broken record is malformed. */
  private Request readFields(byte[] value) throws IOException {
    in.wrap(value, HEADER_BYTES);
    final String id = in.readText();
    final long timeUs = in.readLong();
    final String sensor = in.readText(sensors);

    String client = in.readText(clients);
    in.readInt(); // client_port
    in.skipText(); // server_ip
    in.readInt(); // server_port
    in.skipOptionalInt(); // vlan
    in.skipText(); // community_id
    String realClient = in.readOptionalText(clients);
    client = realClient == null ? client : realClient;

    final String method = in.readText(methods);
    final String path = Target.path(in.readText());
    in.skipOptionalText(); // scheme
    final String host = in.readOptionalText(hosts);
    in.skipText(); // url
    in.skipText(); // version
    final String agent = in.readOptionalText(agents);
    final String referrer = in.readOptionalText(referrers);
    in.skipOptionalText(); // content_type
    final long requestBytes = sum(in.readLong(), in.readLong());
    skipHeaders();

    int status = 0;
    long responseBytes = 0;
    long latencyUs = -1;
    long durationUs = -1;
    if (in.readPresent()) {
      status = Math.max(0, in.readInt());
      in.skipOptionalText(); // reason
      in.skipOptionalText(); // content_type
      responseBytes = sum(in.readLong(), in.readLong());
      latencyUs = timeUs(in.readLong());
      durationUs = timeUs(in.readLong());
      skipHeaders();
      in.skipOptionalInt(); // grpc_status
    }
    in.readInt(); // depth
    return new Request(
        Text.clean(id, MAX_ID_BYTES),
        timeMs(Math.floorDiv(timeUs, 1000L)),
        sensor,
        host == null ? "" : host,
        method,
        status,
        readTruncated(),
        Text.clean(templates ? PathTemplate.of(path) : path, MAX_PATH_BYTES),
        Text.clean(path, MAX_RANKED_BYTES),
        client,
        agent == null ? "" : agent,
        referrer == null ? "" : referrer,
        requestBytes,
        responseBytes,
        latencyUs,
        durationUs);
  }

  private void skipHeaders() throws IOException {
    int read = 0;
    for (int items = in.readItems(read); items > 0; items = in.readItems(read)) {
      read += items;
      for (int i = 0; i < items; i++) {
        in.skipText(); // name
        in.skipText(); // value
      }
    }
  }

  /** Whether it is among the flags. */
  private boolean readTruncated() throws IOException {
    boolean truncated = false;
    int read = 0;
    for (int items = in.readItems(read); items > 0; items = in.readItems(read)) {
      read += items;
      for (int i = 0; i < items; i++) {
        truncated |= in.readText(flags).equals(TRUNCATED);
      }
    }
    return truncated;
  }

  /** A query makes every referrer a new one, and holds what is nobody's business. */
  private static String withoutQuery(String referrer) {
    for (int i = 0; i < referrer.length(); i++) {
      if (referrer.charAt(i) == '?' || referrer.charAt(i) == '#') {
        return referrer.substring(0, i);
      }
    }
    return referrer;
  }

  private static long timeUs(long us) {
    return Math.max(0, Math.min(us, Quantiles.MAX_US));
  }

  static long timeMs(long timeMs) {
    return Math.max(0, Math.min(timeMs, MAX_TIME_MS));
  }

  /** Of two lengths; a negative one counts as none, and the sum stops at the largest long. */
  private static long sum(long header, long body) {
    long sum = Math.max(0, header) + Math.max(0, body);
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
