package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What every record must be, whatever its event holds. */
final class SafeRecords {
  static final EncodingOptions OPTIONS = new EncodingOptions("sensor-1", "0.1.0");

  private SafeRecords() {}

  static String encode(
      final EventEncoding encoding, final io.sluice.collector.event.RequestEvent event) {
    final RecordBuffer out = new RecordBuffer();
    encoding.append(event, out);
    return decode(out.toByteArray());
  }

  /** Fails for bytes that are not UTF-8. */
  static String decode(final byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (final CharacterCodingException e) {
      throw new AssertionError("a record is not UTF-8", e);
    }
  }

  /** Fails for what a terminal could act on. */
  static void assertPrintable(final String record, final String allowedControls) {
    record
        .codePoints()
        .filter(c -> allowedControls.indexOf(c) < 0)
        .forEach(
            c -> assertThat(SafeText.isUnsafe(c)).as("code point U+%04X in a record", c).isFalse());
  }
}
