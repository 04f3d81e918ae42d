package io.sluice.collector.audit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Reads the whole lines of a file that may be cut off or damaged at any place. Memory is bounded by
 * the longest line allowed; a longer one counts as damage.
 */
final class AuditLines implements AutoCloseable {
  static final int MAX_LINE_BYTES = 64 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] line = new byte[4096];
  private int length;
  private String damage;

  private AuditLines(final InputStream in, final String damage) {
    this.in = in;
    this.damage = damage;
  }

  static AuditLines open(final Path file, final Compression compression) throws IOException {
    final InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      return new AuditLines(compression.open(raw), null);
    } catch (final EOFException | ZipException e) {
      return new AuditLines(raw, "it is not " + compression + " data");
    }
  }

  /** Goes to the next whole line; false at the end, or where nothing more can be read. */
  boolean next() throws IOException {
    length = 0;
    while (position < limit || fill()) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      if (length + (end - position) > MAX_LINE_BYTES) {
        damage = "a line is longer than " + MAX_LINE_BYTES + " bytes";
        position = limit;
        return false;
      }
      append(end - position);
      if (end < limit) {
        position = end + 1;
        return true;
      }
      position = end;
    }
    if (length > 0 && damage == null) {
      damage = "its last line is cut off";
    }
    return false;
  }

  /** The line's bytes, valid up to {@link #length()} until the next call. */
  byte[] line() {
    return line;
  }

  int length() {
    return length;
  }

  String text() {
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }

  /** Why reading ended early; null where it did not. */
  String damage() {
    return damage;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void append(final int count) {
    if (line.length - length < count) {
      line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
    }
    System.arraycopy(buffer, position, line, length, count);
    length += count;
  }

  private boolean fill() throws IOException {
    if (damage != null) {
      return false;
    }
    try {
      position = 0;
      limit = Math.max(0, in.read(buffer));
      return limit > 0;
    } catch (final IOException e) {
      limit = 0;
      if (!isDamage(e)) {
        throw e;
      }
      damage = "it can't be decompressed to its end";
      return false;
    }
  }

  private static boolean isDamage(final IOException e) {
    return e instanceof ZipException
        || e instanceof EOFException
        || e.getClass().getName().startsWith("com.github.luben.zstd.");
  }
}
