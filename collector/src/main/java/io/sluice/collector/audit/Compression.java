package io.sluice.collector.audit;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.util.Native;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How files are compressed. Each block becomes a member (gzip) or frame (zstd) of its own: a file
 * is readable by the usual tools up to its last whole block at any time, whatever happens.
 */
public enum Compression {
  NONE("") {
    @Override
    byte[] block(final byte[] bytes, final int length) {
      return Arrays.copyOf(bytes, length);
    }

    @Override
    InputStream open(final InputStream file) {
      return file;
    }
  },
  GZIP(".gz") {
    @Override
    byte[] block(final byte[] bytes, final int length) throws IOException {
      final ByteArrayOutputStream out = new ByteArrayOutputStream(length / 4 + 64);
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(bytes, 0, length);
      }
      return out.toByteArray();
    }

    @Override
    InputStream open(final InputStream file) throws IOException {
      return new GZIPInputStream(file, 1 << 16);
    }
  },
  ZSTD(".zst") {
    @Override
    void load() {
      Native.load();
    }

    @Override
    byte[] block(final byte[] bytes, final int length) throws IOException {
      try {
        return Zstd.compress(Arrays.copyOf(bytes, length), 3);
      } catch (final ZstdException e) {
        throw new IOException("zstd: " + e.getMessage(), e);
      }
    }

    @Override
    InputStream open(final InputStream file) throws IOException {
      return new ZstdInputStream(file);
    }
  };

  private final String suffix;

  Compression(final String suffix) {
    this.suffix = suffix;
  }

  /** What file names end with. */
  String suffix() {
    return suffix;
  }

  /** Loads what the first block would else load; the process may lack the right to by then. */
  void load() {}

  abstract byte[] block(byte[] bytes, int length) throws IOException;

  abstract InputStream open(InputStream file) throws IOException;

  /** By a file's name. */
  static Compression of(final String fileName) {
    return fileName.endsWith(GZIP.suffix) ? GZIP : fileName.endsWith(ZSTD.suffix) ? ZSTD : NONE;
  }
}
