package io.sluice.kernelfilter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A root file system that a kernel unpacks into memory: cpio, "newc". */
final class InitialMemory {
  private static final int EXECUTABLE = 0100755;
  private static final int CHARACTER_DEVICE = 0020600;
  private static final int FOLDER = 0040755;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode = 1;

  InitialMemory folder(String name) {
    return entry(name, FOLDER, 0, 0, new byte[0]);
  }

  InitialMemory file(String name, byte[] bytes) {
    return entry(name, EXECUTABLE, 0, 0, bytes);
  }

  InitialMemory device(String name, int major, int minor) {
    return entry(name, CHARACTER_DEVICE, major, minor, new byte[0]);
  }

  byte[] build() {
    entry("TRAILER!!!", 0, 0, 0, new byte[0]);
    return out.toByteArray();
  }

  private InitialMemory entry(String name, int mode, int major, int minor, byte[] bytes) {
    int[] fields = {
      inode++, mode, 0, 0, 1, 0, bytes.length, 0, 0, major, minor, name.length() + 1, 0
    };
    StringBuilder head = new StringBuilder("070701");
    for (int field : fields) {
      head.append(String.format("%08X", field));
    }
    out.writeBytes(head.append(name).append('\0').toString().getBytes(StandardCharsets.US_ASCII));
    pad();
    out.writeBytes(bytes);
    pad();
    return this;
  }

  private void pad() {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }
}
