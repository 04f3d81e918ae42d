package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import io.sluice.schemas.SchemaHistory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Events in Avro, written field by field in the order of the schema: the bytes that the generated
 * classes would write, without making their objects. In front of them stands which schema it is.
 */
final class AvroEvents implements TopicFormat {
  private static final int NS_PER_US = 1_000;
  private static final int SINGLE_OBJECT_BYTES = 10;
  private static final short SINGLE_OBJECT = (short) 0xc301;
  private static final int REGISTRY_BYTES = 5;
  private static final byte REGISTRY = 0;

  /** The places in a union of null with something; twice that, as any number is written. */
  private static final int NULL = 0;

  private static final int SOMETHING = 2;

  private final RecordBuffer out = new RecordBuffer();
  private final String name;
  private final byte[] prefix;
  private final byte[] sensor;

  private AvroEvents(String name, byte[] prefix, String sensor) {
    this.name = name;
    this.prefix = prefix;
    this.sensor = sensor.getBytes(UTF_8);
  }

  /** Behind a marker and the schema's fingerprint, little-endian (Avro's specification). */
  static AvroEvents singleObject(String sensor) {
    long schema = SchemaHistory.fingerprint(io.sluice.schemas.RequestEvent.getClassSchema());
    byte[] prefix =
        ByteBuffer.allocate(SINGLE_OBJECT_BYTES)
            .putShort(SINGLE_OBJECT)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(schema)
            .array();
    return new AvroEvents(AVRO, prefix, sensor);
  }

  /**
   * Behind a zero and the schema's number, big-endian: what the clients of Confluent's registry
   * read, and of others that speak its protocol.
   */
  static AvroEvents ofRegistry(String sensor, int schemaId) {
    byte[] prefix = ByteBuffer.allocate(REGISTRY_BYTES).put(REGISTRY).putInt(schemaId).array();
    return new AvroEvents(AVRO_REGISTRY, prefix, sensor);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String contentType() {
    return "application/avro";
  }

  @Override
  public boolean isAvro() {
    return true;
  }

  @Override
  public byte[] encode(RequestEvent event, byte[] id, byte[] communityId) {
    out.clear();
    out.write(prefix, 0, prefix.length);
    text(id);
    number(Math.floorDiv(event.timestampNs(), NS_PER_US));
    text(sensor);
    flow(event.flow(), communityId);
    request(event.request());
    if (event.response() == null) {
      out.write(NULL);
    } else {
      out.write(SOMETHING);
      response(event.response());
    }
    number(event.depth());
    beginArray(event.flags());
    for (int i = 0; i < event.flags().size(); i++) {
      text(event.flags().get(i));
    }
    endArray();
    return out.toByteArray();
  }

  private void flow(RequestEvent.Flow flow, byte[] communityId) {
    text(flow.clientIp());
    number(flow.clientPort());
    text(flow.serverIp());
    number(flow.serverPort());
    optional(flow.vlan());
    text(communityId);
    optional(flow.realClientIp());
  }

  private void request(RequestEvent.Request request) {
    text(request.method());
    text(request.target());
    optional(request.scheme());
    optional(request.host());
    text(request.url());
    text(request.version());
    optional(request.userAgent());
    optional(request.referrer());
    optional(request.contentType());
    number(request.headerBytes());
    number(request.bodyBytes());
    headers(request.headers());
  }

  private void response(RequestEvent.Response response) {
    number(response.status());
    optional(response.reason());
    optional(response.contentType());
    number(response.headerBytes());
    number(response.bodyBytes());
    number(response.latencyUs());
    number(response.durationUs());
    headers(response.headers());
    optional(response.grpcStatus());
  }

  private void headers(List<RequestEvent.Header> headers) {
    beginArray(headers);
    for (int i = 0; i < headers.size(); i++) {
      text(headers.get(i).name());
      text(headers.get(i).value());
    }
    endArray();
  }

  /** Blocks, each behind the number of its items; one of none ends it. */
  private void beginArray(List<?> items) {
    if (!items.isEmpty()) {
      number(items.size());
    }
  }

  private void endArray() {
    number(0);
  }

  private void optional(String text) {
    if (text == null) {
      out.write(NULL);
    } else {
      out.write(SOMETHING);
      text(text);
    }
  }

  /** Negative for none. */
  private void optional(int number) {
    if (number < 0) {
      out.write(NULL);
    } else {
      out.write(SOMETHING);
      number(number);
    }
  }

  private void text(String text) {
    text(text.getBytes(UTF_8));
  }

  private void text(byte[] utf8) {
    number(utf8.length);
    out.write(utf8, 0, utf8.length);
  }

  private void number(long value) {
    out.zigZag(value);
  }
}
