package io.sluice.kernelfilter.ffi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few calls of the C library that the generated bindings lack, or make without keeping errno.
 * Results are C's: -1 is a failure, whose reason {@link #errno} gives to the thread that called.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle errno$vh =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /* Written by the very call, before the virtual machine can disturb it; one for each thread. */
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandle setsockopt$mh =
      withErrno("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));
  private static final MethodHandle clock_gettime$mh =
      withErrno("clock_gettime", FunctionDescriptor.of(INT, INT, POINTER));
  private static final MethodHandle strerror$mh =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(POINTER, INT));
  private static final MethodHandle vsnprintf$mh =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("vsnprintf"),
          FunctionDescriptor.of(INT, POINTER, ValueLayout.JAVA_LONG, POINTER, POINTER));

  private static final int CLOCK_MONOTONIC = 1;
  private static final int MAX_MESSAGE_BYTES = 256;

  private Libc() {}

  /** Why the last call of this class by this thread failed. */
  static int errno() {
    return (int) errno$vh.get(STATE.get(), 0L);
  }

  static int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
    try {
      return (int) setsockopt$mh.invokeExact(STATE.get(), fd, level, name, value, length);
    } catch (Throwable e) {
      throw new AssertionError("setsockopt", e);
    }
  }

  /** Nanoseconds since an arbitrary moment, shared by all processes and the kernel. */
  public static long monotonicNs() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
      int result = (int) clock_gettime$mh.invokeExact(STATE.get(), CLOCK_MONOTONIC, time);
      if (result != 0) {
        throw new IllegalStateException("clock_gettime: " + strerror(errno()));
      }
      return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
          + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("clock_gettime", e);
    }
  }

  /** The system's sentence for an error number. */
  public static String strerror(int error) {
    try {
      MemorySegment message = (MemorySegment) strerror$mh.invokeExact(error);
      return message.reinterpret(MAX_MESSAGE_BYTES).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("strerror", e);
    }
  }

  /** Formats into the buffer, cut to its size; returns the text. */
  static String vsnprintf(MemorySegment buffer, MemorySegment format, MemorySegment arguments) {
    try {
      int length = (int) vsnprintf$mh.invokeExact(buffer, buffer.byteSize(), format, arguments);
      return length < 0 ? "" : buffer.getString(0);
    } catch (Throwable e) {
      throw new AssertionError("vsnprintf", e);
    }
  }

  private static MethodHandle withErrno(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
  }
}
