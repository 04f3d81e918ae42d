package io.sluice.kernelfilter;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The captures that others made, where they are beside the checkout, and a plain reader of them.
 */
final class Captures {
  static final int ETHERNET = 1;

  /** Takes one frame. */
  interface Visitor {
    void frame(int linkType, byte[] bytes, int wireLength);
  }

  private Captures() {}

  /** All of them, or the test is skipped. */
  static List<Path> all() throws IOException {
    Path folder = folder().resolve("pcaps");
    if (!Files.isDirectory(folder)) {
      return abort("SKIPPED LOUDLY: no captures at " + folder + "; set SLUICE_CORPUS");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static Path folder() {
    String set = System.getProperty("sluice.corpus", System.getenv("SLUICE_CORPUS"));
    if (set != null) {
      return Path.of(set);
    }
    // Tests run in the module's folder, one below the checkout's root.
    return Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("corpus");
  }

  static void read(Path file, Visitor visitor) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (bytes.capacity() < 24) {
      return;
    }
    int magic = bytes.getInt(0);
    switch (magic) {
      case 0xa1b2c3d4, 0xa1b23c4d -> readPcap(bytes.order(ByteOrder.BIG_ENDIAN), visitor);
      case 0xd4c3b2a1, 0x4d3cb2a1 -> readPcap(bytes.order(ByteOrder.LITTLE_ENDIAN), visitor);
      case 0x0a0d0d0a -> readPcapng(bytes, visitor);
      default -> {}
    }
  }

  private static void readPcap(ByteBuffer bytes, Visitor visitor) {
    int linkType = bytes.getInt(20) & 0xffff;
    int at = 24;
    while (at + 16 <= bytes.capacity()) {
      int captured = bytes.getInt(at + 8);
      int wire = bytes.getInt(at + 12);
      at += 16;
      if (captured < 0 || captured > bytes.capacity() - at) {
        return;
      }
      visitor.frame(linkType, slice(bytes, at, captured), wire);
      at += captured;
    }
  }

  private static void readPcapng(ByteBuffer bytes, Visitor visitor) {
    int[] linkTypes = new int[64];
    int interfaces = 0;
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    int at = 0;
    while (at + 12 <= bytes.capacity()) {
      if (bytes.order(ByteOrder.BIG_ENDIAN).getInt(at) == 0x0a0d0d0a) {
        interfaces = 0;
        order = bytes.getInt(at + 8) == 0x1a2b3c4d ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      }
      bytes.order(order);
      int type = bytes.getInt(at);
      int length = bytes.getInt(at + 4);
      if (length < 12 || length > bytes.capacity() - at) {
        return;
      }
      if (type == 1 && interfaces < linkTypes.length) {
        linkTypes[interfaces++] = bytes.getShort(at + 8) & 0xffff;
      } else if (type == 6) {
        int captured = bytes.getInt(at + 20);
        if (captured >= 0 && captured <= length - 32) {
          int index = bytes.getInt(at + 8);
          int linkType = index >= 0 && index < interfaces ? linkTypes[index] : -1;
          visitor.frame(linkType, slice(bytes, at + 28, captured), bytes.getInt(at + 24));
        }
      } else if (type == 3) {
        int wire = bytes.getInt(at + 8);
        int captured = Math.min(wire, length - 16);
        visitor.frame(linkTypes[0], slice(bytes, at + 12, captured), wire);
      }
      at += length;
    }
  }

  private static byte[] slice(ByteBuffer bytes, int at, int length) {
    byte[] slice = new byte[length];
    bytes.get(at, slice);
    return slice;
  }
}
