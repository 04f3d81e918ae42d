package io.sluice.collector.encoding;

import java.util.Arrays;

/**
 * Texts that come again and again as one object (hosts, user agents), with the JSON string that
 * each is. Bounded: texts that share a slot push each other out. One thread.
 */
final class JsonTexts {
  private static final int SLOTS_LOG2 = 11;
  private static final int MAX_BYTES = 1024;

  /** What is shorter is written sooner than found. */
  private static final int MIN_CHARS = 8;

  /** A text, and behind it the bytes of its JSON string: found in one place of memory. */
  private final Object[] slots = new Object[2 << SLOTS_LOG2];

  /** Appends the text as {@link RecordBuffer#json} does. */
  @SuppressWarnings("ReferenceEquality") // equal texts that are not one object would cost more
  void append(final String text, final RecordBuffer out) {
    if (text.length() < MIN_CHARS) {
      out.json(text);
      return;
    }
    final int slot = (text.hashCode() * 0x9e3779b9 >>> Integer.SIZE - SLOTS_LOG2) * 2;
    if (slots[slot] == text) {
      out.bytes((byte[]) slots[slot + 1]);
      return;
    }
    final int from = out.length();
    out.json(text);
    if (out.length() - from <= MAX_BYTES) {
      slots[slot] = text;
      slots[slot + 1] = Arrays.copyOfRange(out.array(), from, out.length());
    }
  }
}
