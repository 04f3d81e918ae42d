package io.sluice.collector.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes from the wire to clean text. Printable ASCII and valid UTF-8 stay; a backslash is doubled;
 * every other byte, control characters included, is written {@code \xHH}. So no byte is lost and
 * the text can be turned back. Owned by one worker thread; keeps texts that come again and again
 * (host names, user agents), so that they are one object.
 */
public final class TextReader {
  private static final int CACHE_LOG2 = 12;
  private static final int CACHE = 1 << CACHE_LOG2;
  private static final int MAX_CACHED_BYTES = 512;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  /** Bytes, and behind them their text: found in one place of memory. */
  private final Object[] cache = new Object[2 * CACHE];

  private byte[] scratch = new byte[1024];

  /** The text of [from, end), a new object. */
  @SuppressWarnings(
      "deprecation") // the Latin-1 constructor copies bytes as they are, and is fastest
  public String read(byte[] memory, int from, int end) {
    return isPlain(memory, from, end)
        ? new String(memory, 0, from, end - from)
        : escape(copy(memory, from, end));
  }

  /** The text of [from, end), of which many are expected to be equal. */
  public String readCommon(byte[] memory, int from, int end) {
    if (end - from > MAX_CACHED_BYTES) {
      return read(memory, from, end);
    }
    int slot = slot(memory, from, end) * 2;
    byte[] key = (byte[]) cache[slot];
    if (key != null && Arrays.equals(key, 0, key.length, memory, from, end)) {
      return (String) cache[slot + 1];
    }
    String text = read(memory, from, end);
    cache[slot] = Arrays.copyOfRange(memory, from, end);
    cache[slot + 1] = text;
    return text;
  }

  /** Of length, start, middle and end: texts that are equal there only push each other out. */
  private static int slot(byte[] memory, int from, int end) {
    int length = end - from;
    long mixed = length;
    if (length >= Long.BYTES) {
      long first = (long) WORD.get(memory, from);
      long middle = (long) WORD.get(memory, from + (length - 8) / 2);
      long last = (long) WORD.get(memory, end - 8);
      mixed += (first * 31 + middle) * 31 + last;
    } else {
      for (int at = from; at < end; at++) {
        mixed = mixed * 31 + memory[at];
      }
    }
    mixed *= 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> Long.SIZE - CACHE_LOG2);
  }

  private int copy(byte[] memory, int from, int end) {
    int length = end - from;
    if (length > scratch.length) {
      scratch = new byte[Math.max(length, scratch.length * 2)];
    }
    System.arraycopy(memory, from, scratch, 0, length);
    return length;
  }

  /** Printable ASCII without a backslash; eight bytes at a time. */
  private static boolean isPlain(byte[] memory, int from, int end) {
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long word = (long) WORD.get(memory, at);
      long control = word - ONES * 0x20; // borrows into a byte only from one that is found anyhow
      long delete = (word ^ ONES * 0x7f) - ONES;
      long backslash = (word ^ ONES * '\\') - ONES;
      if (((word | control | delete | backslash) & HIGHS) != 0) {
        return isPlainByByte(memory, at, end);
      }
    }
    return isPlainByByte(memory, at, end);
  }

  private static boolean isPlainByByte(byte[] memory, int from, int end) {
    for (int i = from; i < end; i++) {
      byte b = memory[i];
      if (b < 0x20 || b == 0x7f || b == '\\') {
        return false;
      }
    }
    return true;
  }

  private String escape(int length) {
    StringBuilder text = new StringBuilder(length + 32);
    for (int i = 0; i < length; ) {
      int b = scratch[i] & 0xff;
      if (b == '\\') {
        text.append("\\\\");
        i++;
      } else if (b >= 0x20 && b < 0x7f) {
        text.append((char) b);
        i++;
      } else {
        int size = utf8Size(i, length);
        if (size == 0) {
          text.append("\\x").append(HEX[b >> 4]).append(HEX[b & 15]);
          i++;
        } else {
          text.appendCodePoint(utf8(i, size));
          i += size;
        }
      }
    }
    return text.toString();
  }

  /** Bytes of the well-formed, printable UTF-8 character at i (RFC 3629), or 0. */
  private int utf8Size(int i, int length) {
    int b = scratch[i] & 0xff;
    int size = b >= 0xf0 && b <= 0xf4 ? 4 : b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 0;
    if (size == 0 || b > 0xf4 || i + size > length) {
      return 0;
    }
    for (int k = 1; k < size; k++) {
      if ((scratch[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int point = utf8(i, size);
    boolean tooLong = size == 3 && point < 0x800 || size == 4 && point < 0x10000;
    boolean surrogate = point >= 0xd800 && point <= 0xdfff;
    boolean control = point < 0xa0 || point == 0x2028 || point == 0x2029;
    return tooLong || surrogate || control || point > Character.MAX_CODE_POINT ? 0 : size;
  }

  private int utf8(int i, int size) {
    int point = scratch[i] & (0xff >> (size + 1));
    for (int k = 1; k < size; k++) {
      point = point << 6 | scratch[i + k] & 0x3f;
    }
    return point;
  }
}
