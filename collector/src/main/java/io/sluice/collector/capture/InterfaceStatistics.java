package io.sluice.collector.capture;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.collector.counters.Counters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel says that it lost before any packet socket. Its files are opened once, in the
 * interfaces' network namespace: they stay readable after privileges are dropped. Any thread.
 */
public final class InterfaceStatistics implements AutoCloseable {
  /** In this order behind an interface's name in {@code /proc/net/dev}. */
  private static final int ERRORS_COLUMN = 2;

  private static final int DROPPED_COLUMN = 3;
  private static final int OVERRUN_COLUMN = 4;

  /** In this order in {@code /proc/net/softnet_stat}, a line for each processor, hexadecimal. */
  private static final int SOFTNET_DROPPED_COLUMN = 1;

  private static final int SOFTNET_SQUEEZED_COLUMN = 2;

  /** Ten thousand interfaces; what comes behind is not read. */
  private static final int MAX_FILE_BYTES = 2 << 20;

  private final FileChannel devices;
  private final FileChannel softnet;
  private final List<String> interfaces;
  private final Counters<InterfaceCounter> counters = new Counters<>(InterfaceCounter.class);
  private final Map<String, Long> last = new HashMap<>();
  private ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
  private boolean first = true;

  private InterfaceStatistics(FileChannel devices, FileChannel softnet, List<String> interfaces) {
    this.devices = devices;
    this.softnet = softnet;
    this.interfaces = List.copyOf(interfaces);
  }

  /** Counts from now on, for interfaces of the calling thread's network namespace. */
  public static InterfaceStatistics open(List<String> interfaces) throws IOException {
    return open(Path.of("/proc/thread-self/net"), interfaces);
  }

  /**
   * @param folder with the files {@code dev} and {@code softnet_stat}
   */
  static InterfaceStatistics open(Path folder, List<String> interfaces) throws IOException {
    FileChannel devices = FileChannel.open(folder.resolve("dev"));
    try {
      InterfaceStatistics statistics =
          new InterfaceStatistics(
              devices, FileChannel.open(folder.resolve("softnet_stat")), interfaces);
      statistics.update();
      return statistics;
    } catch (IOException | RuntimeException e) {
      devices.close();
      throw e;
    }
  }

  /** Adds what was lost since the last call. */
  public synchronized void update() throws IOException {
    for (String line : read(devices).split("\n")) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (interfaces.contains(name)) {
        String[] columns = line.substring(colon + 1).strip().split(" +");
        add(InterfaceCounter.INTERFACE_ERRORS, name, decimal(columns, ERRORS_COLUMN));
        add(InterfaceCounter.INTERFACE_DROPPED, name, decimal(columns, DROPPED_COLUMN));
        add(InterfaceCounter.INTERFACE_OVERRUN, name, decimal(columns, OVERRUN_COLUMN));
      }
    }
    int processor = 0;
    for (String line : read(softnet).split("\n")) {
      String[] columns = line.strip().split(" +");
      String name = "processor " + processor++;
      add(InterfaceCounter.SOFTNET_DROPPED, name, hexadecimal(columns, SOFTNET_DROPPED_COLUMN));
      add(InterfaceCounter.SOFTNET_SQUEEZED, name, hexadecimal(columns, SOFTNET_SQUEEZED_COLUMN));
    }
    first = false;
  }

  /** An interface that was made again counts from 0, as does a 32-bit counter that wrapped. */
  private void add(InterfaceCounter counter, String of, long value) {
    Long before = last.put(counter.name() + " " + of, value);
    if (before == null) {
      // There from the start: what it lost earlier is not ours. Made later: all of it is.
      before = first ? value : 0;
    }
    counters.add(counter, value >= before ? value - before : value);
  }

  private static long decimal(String[] columns, int column) throws IOException {
    return number(columns, column, 10);
  }

  private static long hexadecimal(String[] columns, int column) throws IOException {
    return number(columns, column, 16);
  }

  private static long number(String[] columns, int column, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(columns[column], radix);
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException(
          "cannot read the kernel's network statistics: column "
              + column
              + " is no number; report it with the kernel version",
          e);
    }
  }

  private String read(FileChannel file) throws IOException {
    buffer.clear();
    // The kernel writes the text anew for each reading from the start.
    while (file.read(buffer, buffer.position()) > 0) {
      if (!buffer.hasRemaining()) {
        if (buffer.capacity() >= MAX_FILE_BYTES) {
          break;
        }
        buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
      }
    }
    return new String(buffer.array(), 0, buffer.position(), US_ASCII);
  }

  /** Any thread. */
  public Counters<InterfaceCounter> counters() {
    return counters;
  }

  @Override
  public void close() throws IOException {
    try {
      devices.close();
    } finally {
      softnet.close();
    }
  }
}
