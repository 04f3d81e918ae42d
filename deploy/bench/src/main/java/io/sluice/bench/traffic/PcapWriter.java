package io.sluice.bench.traffic;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Streams a classic pcap file (Ethernet, microseconds, little-endian). Frames are built in place:
 * {@link #begin}, fill, {@link #end}. One thread; constant memory.
 */
final class PcapWriter implements Closeable {
  static final int LARGEST_FRAME = 65_535;
  private static final int RECORD_HEADER = 16;
  private static final int BUFFER = 1 << 20;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private long flushed;
  private long frames;

  PcapWriter(OutputStream out) {
    this.out = out;
    INT.set(buffer, 0, 0xa1b2c3d4);
    INT.set(buffer, 4, 0x00040002); // version 2.4
    INT.set(buffer, 16, 262_144); // snap length
    INT.set(buffer, 20, 1); // Ethernet
    position = 24;
  }

  byte[] buffer() {
    return buffer;
  }

  /** Where in the buffer the next frame starts. An earlier frame may have moved out. */
  int begin() throws IOException {
    if (BUFFER - position < RECORD_HEADER + LARGEST_FRAME) {
      flush();
    }
    return position + RECORD_HEADER;
  }

  /** Makes the begun frame part of the file. */
  void end(int length, long timestampNs) {
    INT.set(buffer, position, (int) (timestampNs / 1_000_000_000));
    INT.set(buffer, position + 4, (int) (timestampNs % 1_000_000_000 / 1000));
    INT.set(buffer, position + 8, length);
    INT.set(buffer, position + 12, length);
    position += RECORD_HEADER + length;
    frames++;
  }

  /** Bytes of the file so far. */
  long bytes() {
    return flushed + position;
  }

  long frames() {
    return frames;
  }

  private void flush() throws IOException {
    out.write(buffer, 0, position);
    flushed += position;
    position = 0;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
