package io.sluice.collector.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes what one end of an HTTP/2 connection says; its header table lives as long as it. */
public final class Http2Frames {
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;

  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public Http2Frames preface() {
    out.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    return settings();
  }

  public Http2Frames settings() {
    return frame(4, 0, 0, new byte[] {0, 3, 0, 0, 0, 100});
  }

  public Http2Frames frame(int type, int flags, int stream, byte[] payload) {
    out.write(payload.length >>> 16);
    out.write(payload.length >>> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(stream >>> shift);
    }
    out.writeBytes(payload);
    return this;
  }

  /** Names and values in turn. */
  public byte[] block(String... headers) {
    Http2Headers list = new DefaultHttp2Headers(false);
    for (int i = 0; i < headers.length; i += 2) {
      list.add(headers[i], headers[i + 1]);
    }
    ByteBuf buffer = Unpooled.buffer();
    try {
      encoder.encodeHeaders(1, list, buffer);
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
    return ByteBufUtil.getBytes(buffer);
  }

  public Http2Frames headers(int stream, boolean ends, String... headers) {
    return frame(1, END_HEADERS | (ends ? END_STREAM : 0), stream, block(headers));
  }

  public Http2Frames get(int stream, String path) {
    return headers(
        stream,
        true,
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        path,
        ":authority",
        "a:81",
        "user-agent",
        "test/2");
  }

  /** The same as {@link #headers}, in a frame with padding and priority and continuations. */
  public Http2Frames headersInParts(int stream, boolean ends, String... headers) {
    byte[] block = block(headers);
    int third = block.length / 3;
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.write(4);
    first.writeBytes(new byte[] {0, 0, 0, 3, 7});
    first.write(block, 0, third);
    first.writeBytes(new byte[4]);
    frame(1, PADDED | 0x20 | (ends ? END_STREAM : 0), stream, first.toByteArray());
    frame(9, 0, stream, Arrays.copyOfRange(block, third, 2 * third));
    frame(9, 0, stream, new byte[0]);
    return frame(9, END_HEADERS, stream, Arrays.copyOfRange(block, 2 * third, block.length));
  }

  public Http2Frames ok(int stream, int bodyBytes) {
    headers(stream, bodyBytes == 0, ":status", "200", "content-type", "text/plain");
    return bodyBytes == 0 ? this : data(stream, true, bodyBytes);
  }

  public Http2Frames data(int stream, boolean ends, int bytes) {
    return frame(0, ends ? END_STREAM : 0, stream, new byte[bytes]);
  }

  public Http2Frames paddedData(int stream, boolean ends, int bytes, int padding) {
    byte[] payload = new byte[1 + bytes + padding];
    payload[0] = (byte) padding;
    return frame(0, PADDED | (ends ? END_STREAM : 0), stream, payload);
  }

  /** What was written since the last call. */
  public byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  /** The same as text of one character a byte. */
  public String takeText() {
    return new String(take(), StandardCharsets.ISO_8859_1);
  }
}
