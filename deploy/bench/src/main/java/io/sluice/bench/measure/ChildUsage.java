package io.sluice.bench.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What this process's ended and awaited children, and theirs, have used of the processors so far:
 * getrusage(2) for RUSAGE_CHILDREN, in microseconds where /proc has only hundredths of a second.
 * 64-bit Linux.
 */
public record ChildUsage(long userNs, long systemNs) {
  private static final int RUSAGE_CHILDREN = -1;
  private static final long RUSAGE_BYTES = 144;
  private static final MethodHandle GETRUSAGE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  public static ChildUsage now() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment usage = arena.allocate(RUSAGE_BYTES, 8);
      if ((int) GETRUSAGE.invokeExact(RUSAGE_CHILDREN, usage) != 0) {
        throw new IllegalStateException("getrusage failed");
      }
      return new ChildUsage(timeNs(usage, 0), timeNs(usage, 16));
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  public ChildUsage minus(ChildUsage earlier) {
    return new ChildUsage(userNs - earlier.userNs, systemNs - earlier.systemNs);
  }

  private static long timeNs(MemorySegment usage, long offset) {
    return usage.get(ValueLayout.JAVA_LONG, offset) * 1_000_000_000
        + usage.get(ValueLayout.JAVA_LONG, offset + 8) * 1000;
  }
}
