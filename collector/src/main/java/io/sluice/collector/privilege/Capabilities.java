package io.sluice.collector.privilege;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.collector.posix.Errno;
import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.LibcProcess;
import io.sluice.collector.posix.PosixException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Takes capabilities away from threads. They are each thread's own, and capset works on the calling
 * thread alone: so every other thread is sent a signal whose handler calls it, as libpsx does. The
 * handler is machine code of a few instructions, since no function of a library fits and Java must
 * not run in one.
 */
final class Capabilities {
  static final int CAP_BPF = 39;

  private static final int VERSION_3 = 0x2008_0522;
  private static final int HEADER_BYTES = 8;
  private static final int SET_BYTES = 24;
  private static final int SETS = 2;

  /** Where the handler looks for its arguments. */
  private static final int HEADER_OFFSET = 32;

  private static final int SETS_OFFSET = HEADER_OFFSET + HEADER_BYTES;

  private static final int PAGE_BYTES = 1 << 16; // the largest page of either architecture
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXECUTE = 4;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  /** Ignored where nobody handles it, so one that comes late does no harm; the JVM has no use. */
  private static final int SIGURG = 23;

  // struct sigaction of the C library
  private static final int ACTION_BYTES = 152;
  private static final int ACTION_FLAGS = 136;
  private static final int SA_RESTART = 0x1000_0000;
  private static final int SA_ONSTACK = 0x0800_0000;

  private static final int TGKILL_X86_64 = 234;
  private static final int TGKILL_AARCH64 = 131;

  private static final long PATIENCE_NS = 5_000_000_000L;
  private static final long PAUSE_MS = 1;

  private Capabilities() {}

  /**
   * Leaves the calling thread with these and no others, provided that it has them.
   *
   * @param kept as a bit set
   */
  static void keepHere(long kept) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(HEADER_BYTES, 4);
      header.set(JAVA_INT, 0, VERSION_3);
      MemorySegment sets = arena.allocate(SET_BYTES, 4);
      for (int half = 0; half < SETS; half++) {
        int bits = (int) (kept >>> (Integer.SIZE * half));
        sets.set(JAVA_INT, 12L * half, bits); // effective
        sets.set(JAVA_INT, 12L * half + 4, bits); // permitted; ambient shrinks with inheritable
      }
      LibcProcess.capset(header, sets);
    }
  }

  /** Leaves every other thread, also those begun meanwhile, without any. */
  static void clearElsewhere(Architecture architecture) throws IOException {
    int here = ThreadPrivileges.callingThread();
    if (bearers(here).isEmpty()) {
      return;
    }
    MemorySegment code = handler(architecture);
    MemorySegment former = null;
    try (Arena arena = Arena.ofConfined()) {
      former = arena.allocate(ACTION_BYTES, 8);
      MemorySegment action = arena.allocate(ACTION_BYTES, 8);
      action.set(ADDRESS, 0, code);
      action.set(JAVA_INT, ACTION_FLAGS, SA_RESTART | SA_ONSTACK);
      LibcProcess.sigaction(SIGURG, action, former);
      signalBearers(architecture, here);
      LibcProcess.sigaction(SIGURG, former, action);
    }
    // The code stays mapped: a thread may be in it still.
  }

  private static void signalBearers(Architecture architecture, int here) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NS;
    // Twice none: a thread that was begun while the first list was read shows in the second.
    for (int clean = 0; clean < 2; ) {
      List<ThreadPrivileges> bearers = bearers(here);
      clean = bearers.isEmpty() ? clean + 1 : 0;
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "thread " + bearers.getFirst().name() + " does not take the signal to give them up");
      }
      for (ThreadPrivileges thread : bearers) {
        signal(architecture, thread.id());
      }
      if (!bearers.isEmpty()) {
        pause();
      }
    }
  }

  private static List<ThreadPrivileges> bearers(int here) throws IOException {
    return ThreadPrivileges.all().stream()
        .filter(thread -> thread.id() != here && thread.capabilities() != 0)
        .toList();
  }

  private static void signal(Architecture architecture, int thread) throws PosixException {
    try {
      LibcProcess.syscall(
          "tgkill",
          architecture == Architecture.X86_64 ? TGKILL_X86_64 : TGKILL_AARCH64,
          ProcessHandle.current().pid(),
          thread,
          SIGURG);
    } catch (PosixException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
      // It has ended.
    }
  }

  private static MemorySegment handler(Architecture architecture) throws PosixException {
    MemorySegment page =
        Libc.mmap(PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    byte[] code = architecture.clearCapabilities();
    MemorySegment.copy(code, 0, page, JAVA_BYTE, 0, code.length);
    page.set(JAVA_INT, HEADER_OFFSET, VERSION_3);
    page.asSlice(SETS_OFFSET, SET_BYTES).fill((byte) 0);
    LibcProcess.mprotect(page, PROT_READ | PROT_EXECUTE);
    return page;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
