package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What the statistics need of one request event, as the bytes that cross an exchange: most of its
 * texts are only counted, and found by their bytes. All texts are bounded and clean (see {@code
 * RequestReader}). Nobody changes it.
 *
 * @param bytes the numbers, then where each text ends, then the texts
 */
@SuppressWarnings("ArrayRecordComponent") // It has its own equals.
public record Request(byte[] bytes) {
  /** Lower case, empty where the request names none. */
  public static final int HOST = 0;

  /** The target's path, without its query. */
  public static final int PATH = 1;

  /** The one that trusted proxies name, else the address that sent it. */
  public static final int CLIENT = 2;

  /** Empty without one. */
  public static final int USER_AGENT = 3;

  /** Without its query; empty without one. */
  public static final int REFERRER = 4;

  /** Status, sensor, method and template: see {@link #group(byte[], Texts)}. */
  public static final int ROW = 5;

  private static final int TIME_AT = 8;
  private static final int REQUEST_BYTES_AT = 16;
  private static final int RESPONSE_BYTES_AT = 24;
  private static final int LATENCY_AT = 32;
  private static final int DURATION_AT = 40;
  private static final int TRUNCATED_AT = 48;
  private static final int ENDS_AT = 49;
  private static final int TEXTS_AT = ENDS_AT + ROW * Character.BYTES;

  /** The status, then how long sensor and method are. */
  private static final int ROW_TEXTS_AT = Integer.BYTES + 2;

  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle CHAR = view(char[].class);

  private static final int STATUSES = 600;
  private static final String[] STATUS_TEXTS = new String[STATUSES];

  static {
    STATUS_TEXTS[0] = "";
    for (int status = 1; status < STATUSES; status++) {
      STATUS_TEXTS[status] = Integer.toString(status);
    }
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** Of the event's id: what it is known by. */
  public long idHash() {
    return (long) LONG.get(bytes, 0);
  }

  /** Event time, milliseconds since 1970 UTC, 0..{@code RequestReader.MAX_TIME_MS}. */
  public long timeMs() {
    return (long) LONG.get(bytes, TIME_AT);
  }

  public long requestBytes() {
    return (long) LONG.get(bytes, REQUEST_BYTES_AT);
  }

  public long responseBytes() {
    return (long) LONG.get(bytes, RESPONSE_BYTES_AT);
  }

  /** Microseconds, 0..one day, or -1 without a response. */
  public long latencyUs() {
    return (long) LONG.get(bytes, LATENCY_AT);
  }

  /** As the latency. */
  public long durationUs() {
    return (long) LONG.get(bytes, DURATION_AT);
  }

  /** Whether the event misses a part of the messages. */
  public boolean truncated() {
    return bytes[TRUNCATED_AT] != 0;
  }

  /** 0 without a response. */
  public int status() {
    return (int) INT.get(bytes, from(ROW));
  }

  public boolean isError() {
    return status() >= 400;
  }

  /** Where this text begins in the bytes. */
  public int from(int text) {
    return text == 0 ? TEXTS_AT : to(text - 1);
  }

  /** Where this text ends in the bytes. */
  public int to(int text) {
    return text == ROW ? bytes.length : (char) CHAR.get(bytes, ENDS_AT + text * Character.BYTES);
  }

  public String text(int text) {
    return new String(bytes, from(text), to(text) - from(text), UTF_8);
  }

  /** Where it counts. */
  public Group group() {
    return group(Arrays.copyOfRange(bytes, from(ROW), bytes.length), new Texts(text -> text));
  }

  /**
   * @param row the bytes of {@link #ROW}
   * @param texts of rows
   */
  public static Group group(byte[] row, Texts texts) {
    int method = ROW_TEXTS_AT + (row[Integer.BYTES] & 0xFF);
    int template = method + (row[Integer.BYTES + 1] & 0xFF);
    return new Group(
        texts.of(row, ROW_TEXTS_AT, method - ROW_TEXTS_AT),
        texts.of(row, template, row.length - template),
        texts.of(row, method, template - method),
        Math.min(status(row) / 100, 5));
  }

  /**
   * @param row the bytes of {@link #ROW}
   */
  public static int status(byte[] row) {
    return (int) INT.get(row, 0);
  }

  /** A status in decimal, empty without a response. */
  public static String statusText(int status) {
    return status < STATUSES ? STATUS_TEXTS[status] : Integer.toString(status);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Request that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Request[%s %s %s %s]".formatted(timeMs(), group(), text(HOST), text(PATH));
  }

  /**
   * Puts requests together, one after the other: the texts in the order of their numbers, the parts
   * of {@link #ROW} last, then {@link #build}. Not for several threads.
   */
  public static final class Builder {
    private byte[] bytes = new byte[512];
    private int size;
    private int texts;

    /** Forgets what was begun. */
    public void begin() {
      size = TEXTS_AT;
      texts = 0;
    }

    /** Adds the next text. */
    public void add(byte[] from, int at, int length) {
      append(from, at, length);
      CHAR.set(bytes, ENDS_AT + texts++ * Character.BYTES, (char) size);
    }

    public void add(String text) {
      byte[] encoded = text.getBytes(UTF_8);
      add(encoded, 0, encoded.length);
    }

    /** What the row begins with; sensor, method and template are to follow in this order. */
    public void beginRow(int status) {
      reserve(ROW_TEXTS_AT);
      INT.set(bytes, size, status);
      size += ROW_TEXTS_AT;
    }

    public void addToRow(byte[] from, int at, int length) {
      append(from, at, length);
      int part = texts++ - ROW;
      if (part < 2) {
        bytes[rowAt() + Integer.BYTES + part] = (byte) length;
      }
    }

    public void addToRow(String text) {
      byte[] encoded = text.getBytes(UTF_8);
      addToRow(encoded, 0, encoded.length);
    }

    public void addAsciiToRow(CharSequence text) {
      int length = text.length();
      reserve(length);
      for (int i = 0; i < length; i++) {
        bytes[size++] = (byte) text.charAt(i);
      }
      texts++;
    }

    private int rowAt() {
      return (char) CHAR.get(bytes, ENDS_AT + REFERRER * Character.BYTES);
    }

    public Request build(
        long idHash,
        long timeMs,
        boolean truncated,
        long requestBytes,
        long responseBytes,
        long latencyUs,
        long durationUs) {
      LONG.set(bytes, 0, idHash);
      LONG.set(bytes, TIME_AT, timeMs);
      LONG.set(bytes, REQUEST_BYTES_AT, requestBytes);
      LONG.set(bytes, RESPONSE_BYTES_AT, responseBytes);
      LONG.set(bytes, LATENCY_AT, latencyUs);
      LONG.set(bytes, DURATION_AT, durationUs);
      bytes[TRUNCATED_AT] = (byte) (truncated ? 1 : 0);
      return new Request(Arrays.copyOf(bytes, size));
    }

    private void append(byte[] from, int at, int length) {
      reserve(length);
      System.arraycopy(from, at, bytes, size, length);
      size += length;
    }

    private void reserve(int more) {
      if (more > bytes.length - size) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
      }
    }
  }
}
