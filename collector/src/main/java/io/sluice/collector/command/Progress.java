package io.sluice.collector.command;

import io.sluice.collector.capture.CaptureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How far the reading of a large file is, on a terminal. One thread. */
final class Progress {
  private static final long LARGE_BYTES = 64L << 20;
  private static final long NS_BETWEEN = 250_000_000;
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final CaptureFile file;
  private final boolean shown;
  private long nextNs = System.nanoTime() + NS_BETWEEN;
  private boolean drawn;

  Progress(CaptureFile file) {
    this.file = file;
    shown = file.size() >= LARGE_BYTES && isTerminal();
  }

  /** Binding isatty(3) would take longer than all of a capture of some megabytes. */
  private static boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  void update() {
    if (!shown || System.nanoTime() - nextNs < 0) {
      return;
    }
    nextNs = System.nanoTime() + NS_BETWEEN;
    drawn = true;
    System.err.printf(
        "\rreading: %d %% of %d MB", file.bytesRead() * 100 / file.size(), file.size() >> 20);
    System.err.flush();
  }

  void clear() {
    if (drawn) {
      System.err.print("\r\u001b[K");
      System.err.flush();
    }
  }
}
