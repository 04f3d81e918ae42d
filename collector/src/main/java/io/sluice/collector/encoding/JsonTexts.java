package io.sluice.collector.encoding;

import java.util.Arrays;

/**
 * Texts that come again and again as one object (hosts, user agents, a flow's addresses), with the
 * JSON string that each is. Bounded: texts that share a slot push each other out. One thread.
 */
final class JsonTexts {
  private static final int SLOTS_LOG2 = 11;
  private static final int MAX_BYTES = 1024;

  private final String[] texts = new String[1 << SLOTS_LOG2];
  private final byte[][] encoded = new byte[1 << SLOTS_LOG2][];

  /** Appends the text as {@link RecordBuffer#json} does. */
  @SuppressWarnings("ReferenceEquality") // equal texts that are not one object would cost more
  void append(final String text, final RecordBuffer out) {
    final int slot = text.hashCode() * 0x9e3779b9 >>> Integer.SIZE - SLOTS_LOG2;
    if (texts[slot] == text) {
      out.bytes(encoded[slot]);
      return;
    }
    final int from = out.length();
    out.json(text);
    if (out.length() - from <= MAX_BYTES) {
      encoded[slot] = Arrays.copyOfRange(out.array(), from, out.length());
      texts[slot] = text;
    }
  }
}
