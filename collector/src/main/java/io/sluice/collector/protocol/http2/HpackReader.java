package io.sluice.collector.protocol.http2;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Header blocks of one direction (RFC 7541), in their order, since each changes the table for the
 * next. The table's size is what the encoder announces in its blocks, up to a limit. Validates
 * nothing beyond HPACK itself.
 */
final class HpackReader {
  /** Browsers ask for 64 KiB; servers mostly keep to 4 KiB. */
  static final int MAX_TABLE_BYTES = 64 << 10;

  /** A decoded section, by the count of RFC 9113, 6.5.2; of a larger one the first headers stay. */
  static final int MAX_LIST_BYTES = 256 << 10;

  private static final class Decoder extends DefaultHttp2HeadersDecoder {
    private Http2Headers last;

    Decoder() {
      super(false, false, MAX_LIST_BYTES);
      try {
        configuration().maxHeaderTableSize(MAX_TABLE_BYTES);
      } catch (Http2Exception e) {
        throw new AssertionError("a size that is allowed", e);
      }
    }

    /** Kept, because it is thrown away where the section is larger than the limit. */
    @Override
    protected Http2Headers newHeaders() {
      last = new DefaultHttp2Headers(false, false, numberOfHeadersGuess());
      return last;
    }
  }

  private final Decoder decoder = new Decoder();

  /**
   * Decodes a block into the section.
   *
   * @return false where the block is none: nothing behind it can be decoded either
   */
  boolean decode(byte[] block, int length, int streamId, HeaderSection section) {
    section.cut = false;
    try {
      decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(block, 0, length));
    } catch (Http2Exception.HeaderListSizeException e) {
      section.cut = true;
    } catch (Http2Exception | RuntimeException e) {
      return false; // the bytes are hostile: whatever the library thinks of them is not our end
    }
    section.headers = decoder.last;
    return true;
  }
}
