package io.sluice.collector.capture;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Knows how many bytes went through it. One thread reads the stream, any thread the count. */
final class CountingInputStream extends FilterInputStream {
  private volatile long count;

  CountingInputStream(InputStream in) {
    super(in);
  }

  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    add(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int got = super.read(into, offset, length);
    add(Math.max(got, 0));
    return got;
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // only the reading thread writes
  private void add(int bytes) {
    count += bytes;
  }
}
