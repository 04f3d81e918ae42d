package io.sluice.collector.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls of the C library that capture needs and Java lacks, with C's names and arguments (Linux
 * on 64 bits). A failure is a {@link PosixException} with the errno of that very call. Any thread.
 */
public final class Libc {
  static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  // One per thread: the state of a call must not be another thread's.
  static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

  private static final MethodHandle SOCKET =
      handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      handle("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle BIND = handle("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle POLL = handle("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MMAP =
      handle("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = handle("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("ioctl"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS = handle("setns", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOCK_GETTIME =
      handle("clock_gettime", JAVA_INT, JAVA_INT, ADDRESS);

  private Libc() {}

  /** Returns a file descriptor, the caller's to {@link #close}. */
  public static int socket(int domain, int type, int protocol) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) SOCKET.invokeExact(state, domain, type, protocol);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    return check(result, "socket", state);
  }

  public static void setsockopt(int fd, int level, int option, MemorySegment value)
      throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result =
          (int) SETSOCKOPT.invokeExact(state, fd, level, option, value, (int) value.byteSize());
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "setsockopt", state);
  }

  /** For the options whose value is one int. */
  public static void setsockopt(int fd, int level, int option, int value) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
    }
  }

  /** Fills the value; the kernel may write less of it. */
  public static void getsockopt(int fd, int level, int option, MemorySegment value)
      throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
      result = (int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "getsockopt", state);
  }

  public static void bind(int fd, MemorySegment address) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) BIND.invokeExact(state, fd, address, (int) address.byteSize());
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "bind", state);
  }

  /**
   * Waits for events on the descriptors of an array of struct pollfd; returns how many have some.
   * An interrupted wait counts as none.
   */
  public static int poll(MemorySegment pollfds, long count, int timeoutMs) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) POLL.invokeExact(state, pollfds, count, timeoutMs);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    if (result < 0 && errno(state) == Errno.EINTR.number()) {
      return 0;
    }
    return check(result, "poll", state);
  }

  /** Returns memory that lives until {@link #munmap}, whose caller must know that none uses it. */
  public static MemorySegment mmap(long length, int protection, int flags, int fd, long offset)
      throws PosixException {
    MemorySegment state = STATE.get();
    MemorySegment result;
    try {
      result =
          (MemorySegment)
              MMAP.invokeExact(state, MemorySegment.NULL, length, protection, flags, fd, offset);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    if (result.address() == -1) {
      throw new PosixException("mmap", errno(state));
    }
    return result.reinterpret(length);
  }

  public static void munmap(MemorySegment mapping) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) MUNMAP.invokeExact(state, mapping, mapping.byteSize());
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "munmap", state);
  }

  /** For the requests whose argument is a structure, which is read, filled, or both. */
  public static void ioctl(int fd, long request, MemorySegment argument) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) IOCTL.invokeExact(state, fd, request, argument);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "ioctl", state);
  }

  public static void close(int fd) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) CLOSE.invokeExact(state, fd);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "close", state);
  }

  /** Without O_CREAT. Returns a file descriptor, the caller's to {@link #close}. */
  public static int open(String path, int flags) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try (Arena arena = Arena.ofConfined()) {
      result = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    return check(result, "open", state);
  }

  /** Moves the calling thread, and no other, into a namespace. */
  public static void setns(int fd, int type) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) SETNS.invokeExact(state, fd, type);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "setns", state);
  }

  /** Nanoseconds on a clock. */
  public static long clockGettime(int clock) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    long nanoseconds;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      result = (int) CLOCK_GETTIME.invokeExact(state, clock, time);
      nanoseconds = time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000L + time.getAtIndex(JAVA_LONG, 1);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "clock_gettime", state);
    return nanoseconds;
  }

  static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  static int check(int result, String call, MemorySegment state) throws PosixException {
    if (result < 0) {
      throw new PosixException(call, errno(state));
    }
    return result;
  }

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static AssertionError unexpected(Throwable t) {
    return new AssertionError("a call of the C library threw", t);
  }
}
