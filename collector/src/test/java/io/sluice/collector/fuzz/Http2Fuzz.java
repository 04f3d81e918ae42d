package io.sluice.collector.fuzz;

import io.sluice.collector.testing.Http2Frames;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * HTTP/2 connections whose frames are well cut and say anything, so that the fuzzer needs not find
 * out how frames are cut; {@link HttpFuzz} has the same promises and cuts and loses segments.
 * Input: frames, each as side, type, flags, stream, length and payload; a header block may be one
 * of the seeds'.
 */
public final class Http2Fuzz {
  private static final int FROM_SERVER = 1;
  private static final int UNUSUAL_STREAM = 2;
  private static final int LONG = 4;
  private static final int REAL_BLOCK = 8;
  private static final int MAX_FRAMES = 200;
  private static final int HEADERS = 1;
  private static final int PUSH_PROMISE = 5;
  private static final int CONTINUATION = 9;

  private Http2Fuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput input = new FuzzInput(data);
    Http2Frames client = new Http2Frames().preface();
    Http2Frames server = new Http2Frames().settings();
    ByteArrayOutputStream segments = new ByteArrayOutputStream();
    write(segments, 0, client.take());
    for (int i = 0; i < MAX_FRAMES && input.hasMore(); i++) {
      int control = input.u8();
      boolean fromServer = (control & FROM_SERVER) != 0;
      Http2Frames frames = fromServer ? server : client;
      int type = input.u8() % 12;
      int flags = input.u8();
      int stream = (control & UNUSUAL_STREAM) == 0 ? input.u8() % 8 : input.u16() << 16;
      byte[] payload = input.take((control & LONG) == 0 ? input.u8() % 32 : input.u16() & 0x7ff);
      boolean block = type == HEADERS || type == PUSH_PROMISE || type == CONTINUATION;
      if (block && (control & REAL_BLOCK) != 0) {
        payload = realBlock(frames, fromServer, type, payload);
        flags &= ~(Http2Frames.PADDED | 0x20);
      }
      frames.frame(type, flags, stream, payload);
      write(segments, fromServer ? HttpFuzz.FROM_SERVER : 0, frames.take());
    }
    HttpFuzz.fuzzerTestOneInput(segments.toByteArray());
  }

  /** A section that the decoder takes, of which the text is the fuzzer's. */
  private static byte[] realBlock(Http2Frames frames, boolean fromServer, int type, byte[] text) {
    String value = new String(text, java.nio.charset.StandardCharsets.ISO_8859_1);
    byte[] block =
        fromServer && type != PUSH_PROMISE
            ? frames.block(":status", "200", "grpc-status", value, "x", value)
            : frames.block(
                ":method", "GET", ":path", value, ":authority", "a", "content-length", value);
    if (type != PUSH_PROMISE) {
      return block;
    }
    byte[] payload = new byte[Integer.BYTES + block.length];
    payload[3] = (byte) (text.length == 0 ? 2 : text[0]);
    System.arraycopy(block, 0, payload, Integer.BYTES, block.length);
    return payload;
  }

  private static void write(ByteArrayOutputStream out, int control, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += 0xff) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 0xff));
      out.write(control);
      out.write(part.length);
      out.writeBytes(part);
    }
  }
}
