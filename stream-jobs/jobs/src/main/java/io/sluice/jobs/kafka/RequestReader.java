package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hashing;
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
 * copies eight. Bounded: sensor, host, template, method and run fit together into one key of the
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
  private final Texts flags = new Texts(text -> text);
  private final AsciiText ascii = new AsciiText();
  private final StringBuilder template = new StringBuilder();
  private final Request.Builder out = new Request.Builder();

  /** Of the request that was read last. */
  private String sensor;

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

  /** Of the request that was read last. */
  String sensor() {
    return sensor;
  }

  /** In the order of the schema. What is not needed is read too: a broken record is malformed. */
  private Request readFields(byte[] value) throws IOException {
    in.wrap(value, HEADER_BYTES);
    final int idLength = in.skipText();
    final int idAt = in.at() - idLength;
    final long timeUs = in.readLong();
    final int sensorLength = in.skipText();
    final int sensorAt = in.at() - sensorLength;
    sensor = sensors.of(value, sensorAt, sensorLength);

    int clientLength = in.skipText();
    int clientAt = in.at() - clientLength;
    in.readInt(); // client_port
    in.skipText(); // server_ip
    in.readInt(); // server_port
    in.skipOptionalInt(); // vlan
    in.skipText(); // community_id
    int realClientLength = in.skipOptionalText();
    if (realClientLength >= 0) {
      clientLength = realClientLength;
      clientAt = in.at() - realClientLength;
    }

    final int methodLength = in.skipText();
    final int methodAt = in.at() - methodLength;
    final int targetLength = in.skipText();
    final int targetAt = in.at() - targetLength;
    in.skipOptionalText(); // scheme
    final int hostLength = in.skipOptionalText();
    final int hostAt = in.at() - hostLength;
    in.skipText(); // url
    in.skipText(); // version
    final int agentLength = in.skipOptionalText();
    final int agentAt = in.at() - agentLength;
    final int referrerLength = in.skipOptionalText();
    final int referrerAt = in.at() - referrerLength;
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
    final boolean truncated = readTruncated();

    out.begin();
    addHost(value, hostAt, Math.max(0, hostLength));
    int pathLength = originPathLength(value, targetAt, targetLength);
    String path = null;
    if (pathLength > 0 && pathLength <= MAX_RANKED_BYTES) {
      out.add(value, targetAt, pathLength);
    } else {
      path = Target.path(text(value, targetAt, targetLength));
      out.add(Text.clean(path, MAX_RANKED_BYTES));
    }
    add(value, clientAt, clientLength, MAX_CLIENT_BYTES);
    add(value, agentAt, Math.max(0, agentLength), MAX_RANKED_BYTES);
    add(
        value,
        referrerAt,
        lengthWithoutQuery(value, referrerAt, Math.max(0, referrerLength)),
        MAX_RANKED_BYTES);
    out.beginRow(status);
    addToRow(value, sensorAt, sensorLength, MAX_SENSOR_BYTES);
    addToRow(value, methodAt, methodLength, MAX_METHOD_BYTES);
    if (path == null) {
      addTemplate(value, targetAt, pathLength);
    } else {
      out.addToRow(Text.clean(templates ? PathTemplate.of(path) : path, MAX_PATH_BYTES));
    }
    return out.build(
        idHash(value, idAt, idLength),
        timeMs(Math.floorDiv(timeUs, 1000L)),
        truncated,
        requestBytes,
        responseBytes,
        latencyUs,
        durationUs);
  }

  private static String text(byte[] value, int at, int length) {
    return new String(value, at, length, UTF_8);
  }

  private void add(byte[] value, int at, int length, int maxBytes) {
    if (length <= maxBytes && AsciiText.isPlain(value, at, length)) {
      out.add(value, at, length);
    } else {
      out.add(Text.clean(text(value, at, length), maxBytes));
    }
  }

  private void addToRow(byte[] value, int at, int length, int maxBytes) {
    if (length <= maxBytes && AsciiText.isPlain(value, at, length)) {
      out.addToRow(value, at, length);
    } else {
      out.addToRow(Text.clean(text(value, at, length), maxBytes));
    }
  }

  private void addHost(byte[] value, int at, int length) {
    if (isLowerCase(value, at, length)) {
      add(value, at, length, MAX_HOST_BYTES);
    } else {
      out.add(Text.clean(text(value, at, length).toLowerCase(Locale.ROOT), MAX_HOST_BYTES));
    }
  }

  /** False as well where that is to be judged by chars. */
  private static boolean isLowerCase(byte[] value, int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (value[i] <= 0 || (value[i] >= 'A' && value[i] <= 'Z')) {
        return false;
      }
    }
    return true;
  }

  /** How long the path of a target in origin form is; 0 where it has another one, or no ASCII. */
  private static int originPathLength(byte[] value, int at, int length) {
    if (length == 0 || value[at] != '/' || !AsciiText.isPlain(value, at, length)) {
      return 0;
    }
    for (int i = 0; i < length; i++) {
      if (value[at + i] == '?') {
        return i;
      }
    }
    return length;
  }

  /**
   * A query makes every referrer a new one, and holds what is nobody's business. Its marks are no
   * part of another char in UTF-8.
   */
  private static int lengthWithoutQuery(byte[] value, int at, int length) {
    for (int i = 0; i < length; i++) {
      if (value[at + i] == '?' || value[at + i] == '#') {
        return i;
      }
    }
    return length;
  }

  private void addTemplate(byte[] value, int at, int length) {
    if (templates) {
      template.setLength(0);
      PathTemplate.append(ascii.of(value, at, length), template);
      out.addAsciiToRow(template);
    } else {
      out.addToRow(value, at, length);
    }
  }

  /** Of the chars: so those of all versions are the same. */
  private long idHash(byte[] value, int at, int length) {
    return Hashing.komihash5_0()
        .hashCharsToLong(
            length <= MAX_ID_BYTES && AsciiText.isPlain(value, at, length)
                ? ascii.of(value, at, length)
                : Text.clean(text(value, at, length), MAX_ID_BYTES));
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
