package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Texts that come again and again, such as a sensor's name: found by their bytes, they are neither
 * made nor cleaned anew, and know their hash. A place for each of some hashes; a text that finds
 * its place taken takes it. Not for several threads.
 */
public final class Texts {
  private static final int PLACES = 1 << 9;

  /** Longer ones are not kept. */
  private static final int MAX_BYTES = 256;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final UnaryOperator<String> form;
  private final byte[][] keys = new byte[PLACES][];
  private final String[] texts = new String[PLACES];

  /**
   * @param form what a text becomes
   */
  public Texts(UnaryOperator<String> form) {
    this.form = form;
  }

  /** The text of UTF-8 bytes, in its form. */
  public String of(byte[] bytes, int from, int length) {
    if (length > MAX_BYTES) {
      return form.apply(new String(bytes, from, length, UTF_8));
    }
    int place = hash(bytes, from, length) & PLACES - 1;
    byte[] key = keys[place];
    if (key == null || !Arrays.equals(key, 0, key.length, bytes, from, from + length)) {
      keys[place] = Arrays.copyOfRange(bytes, from, from + length);
      texts[place] = form.apply(new String(bytes, from, length, UTF_8));
    }
    return texts[place];
  }

  private static int hash(byte[] bytes, int from, int length) {
    long hash = length;
    int at = from;
    for (int end = from + length; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = mixed(hash ^ (long) LONG.get(bytes, at));
    }
    for (; at < from + length; at++) {
      hash = mixed(hash ^ bytes[at]);
    }
    return (int) hash;
  }

  private static long mixed(long hash) {
    long product = hash * 0x9E3779B97F4A7C15L;
    return product ^ product >>> 32;
  }
}
