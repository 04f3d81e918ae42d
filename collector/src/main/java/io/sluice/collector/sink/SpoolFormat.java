package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * How a delivery stands in a segment, big-endian: length of the body (4 bytes), CRC32C of all that
 * follows and of the length (4), ordinal (8), kind (1), body. The ordinal counts events: two
 * neighbours tell how many are missing between them. An event keeps its headers, so that it is sent
 * as it was made, also by a later version of ours.
 */
final class SpoolFormat {
  static final int HEADER_BYTES = 17;

  /** Far above any event that the parsers' bounds allow. */
  static final int MAX_BODY_BYTES = 4 << 20;

  private static final int CRC_OFFSET = 4;
  private static final int ORDINAL_OFFSET = 8;
  private static final int KIND_OFFSET = 16;
  private static final byte EVENT = 1;
  private static final byte HEARTBEAT = 2;
  private static final long NO_TIMESTAMP = -1;

  private SpoolFormat() {}

  /** Bytes that {@link #write} needs at most. */
  static int size(Delivery delivery) {
    if (!delivery.isEvent()) {
      return HEADER_BYTES + 8;
    }
    ProducerRecord<byte[], byte[]> event = delivery.event();
    int size = HEADER_BYTES + 8 + 4 + event.key().length + 2 + event.value().length;
    for (Header header : event.headers()) {
      size += 2 + 3 * header.key().length() + 4 + header.value().length;
    }
    return size;
  }

  static void write(Delivery delivery, long ordinal, ByteBuffer out) {
    int start = out.position();
    out.position(start + HEADER_BYTES);
    if (delivery.isEvent()) {
      ProducerRecord<byte[], byte[]> event = delivery.event();
      out.putLong(event.timestamp() == null ? NO_TIMESTAMP : event.timestamp());
      out.putInt(event.key().length).put(event.key());
      Header[] headers = event.headers().toArray();
      out.putShort((short) headers.length);
      for (Header header : headers) {
        byte[] name = header.key().getBytes(UTF_8);
        out.putShort((short) name.length).put(name);
        out.putInt(header.value().length).put(header.value());
      }
      out.put(event.value());
    } else {
      out.putLong(delivery.heartbeatNs());
    }
    int end = out.position();
    out.putInt(start, end - start - HEADER_BYTES);
    out.putLong(start + ORDINAL_OFFSET, ordinal);
    out.put(start + KIND_OFFSET, delivery.isEvent() ? EVENT : HEARTBEAT);
    out.putInt(start + CRC_OFFSET, crc(out, start, end));
  }

  /** The length of the body that is claimed, or -1 where it can be none. */
  static int bodyBytes(ByteBuffer in, int start) {
    int bytes = in.getInt(start);
    return bytes < 0 || bytes > MAX_BODY_BYTES ? -1 : bytes;
  }

  static boolean isValid(ByteBuffer in, int start, int bodyBytes) {
    return in.getInt(start + CRC_OFFSET) == crc(in, start, start + HEADER_BYTES + bodyBytes);
  }

  static boolean isEvent(ByteBuffer in, int start) {
    return in.get(start + KIND_OFFSET) == EVENT;
  }

  static long ordinal(ByteBuffer in, int start) {
    return in.getLong(start + ORDINAL_OFFSET);
  }

  /**
   * A valid record; null where its content is none that we know.
   *
   * @param topic that events are for
   */
  static Delivery read(ByteBuffer in, int start, int bodyBytes, String topic) {
    ByteBuffer body = in.slice(start + HEADER_BYTES, bodyBytes);
    try {
      return switch (in.get(start + KIND_OFFSET)) {
        case EVENT -> Delivery.event(readEvent(body, topic));
        case HEARTBEAT -> Delivery.heartbeat(body.getLong());
        default -> null;
      };
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  private static ProducerRecord<byte[], byte[]> readEvent(ByteBuffer body, String topic) {
    long timestamp = body.getLong();
    byte[] key = bytes(body, body.getInt());
    List<Header> headers = new ArrayList<>();
    for (int left = body.getShort(); left > 0; left--) {
      String name = new String(bytes(body, body.getShort()), UTF_8);
      headers.add(new RecordHeader(name, bytes(body, body.getInt())));
    }
    byte[] value = bytes(body, body.remaining());
    return new ProducerRecord<>(
        topic, null, timestamp == NO_TIMESTAMP ? null : timestamp, key, value, headers);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("no such length");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int crc(ByteBuffer buffer, int start, int end) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(start, CRC_OFFSET));
    crc.update(buffer.slice(start + ORDINAL_OFFSET, end - start - ORDINAL_OFFSET));
    return (int) crc.getValue();
  }
}
