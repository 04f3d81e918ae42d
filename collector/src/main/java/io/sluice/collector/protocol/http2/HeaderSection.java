package io.sluice.collector.protocol.http2;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/** A decoded header section and where its frames were. Borrowed: valid during the call. */
public final class HeaderSection {
  /** Takes a header; both are borrowed. */
  @FunctionalInterface
  public interface Visitor {
    void header(AsciiString name, AsciiString value);
  }

  /** Sequence number of the first frame's first byte. */
  public int sequence;

  /** Packet time of that byte, nanoseconds since 1970 UTC. */
  public long timestampNs;

  /** Bytes of the frames, with their headers. */
  public long wireBytes;

  /** There were more or longer headers than the limit; the first ones are here. */
  public boolean cut;

  Http2Headers headers;

  /** All headers, pseudo-headers first, as sent. */
  public void forEach(Visitor visitor) {
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      visitor.header(AsciiString.of(header.getKey()), AsciiString.of(header.getValue()));
    }
  }

  /** The first value of the name in lower case, or null. */
  public AsciiString first(CharSequence name) {
    CharSequence value = headers.get(name);
    return value == null ? null : AsciiString.of(value);
  }
}
