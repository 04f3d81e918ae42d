package io.sluice.kernelfilter.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import me.bechberger.ebpf.bpf.raw.Lib;
import me.bechberger.ebpf.bpf.raw.libbpf_print_fn_t;

/**
 * What libbpf says while something is done, kept for an error message instead of printed. libbpf
 * has one such call-back for the process, so one log is open at a time.
 */
final class LibbpfLog implements AutoCloseable {
  private static final Object ONE_AT_A_TIME = new Object();
  private static final int DEBUG = 2;
  private static final int MAX_LINES = 20;
  private static final int MAX_LINE_BYTES = 2_048;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment line = arena.allocate(MAX_LINE_BYTES);
  private final Deque<String> lines = new ArrayDeque<>();

  private LibbpfLog() {
    Lib.libbpf_set_print(libbpf_print_fn_t.allocate(this::print, arena));
  }

  /** Runs the action with a log of its own. */
  static <T> T during(java.util.function.Function<LibbpfLog, T> action) {
    synchronized (ONE_AT_A_TIME) {
      try (LibbpfLog log = new LibbpfLog()) {
        return action.apply(log);
      }
    }
  }

  /** Its last warnings on one line. */
  String text() {
    return String.join("; ", lines);
  }

  private int print(int level, MemorySegment format, MemorySegment arguments) {
    if (level >= DEBUG) {
      return 0;
    }
    // An exception would end the process here: there is no Java frame to catch it.
    try {
      String text = Libc.vsnprintf(line, format, arguments).strip();
      if (!text.contains("-- BEGIN PROG LOAD LOG --")) {
        lines.addLast(text.lines().findFirst().orElse(""));
        if (lines.size() > MAX_LINES) {
          lines.removeFirst();
        }
      }
    } catch (RuntimeException | AssertionError e) {
      lines.clear();
    }
    return 0;
  }

  @Override
  public void close() {
    Lib.libbpf_set_print(MemorySegment.NULL);
    arena.close();
  }
}
