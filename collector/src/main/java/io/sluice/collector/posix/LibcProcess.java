package io.sluice.collector.posix;

import static io.sluice.collector.posix.Libc.STATE;
import static io.sluice.collector.posix.Libc.check;
import static io.sluice.collector.posix.Libc.handle;
import static io.sluice.collector.posix.Libc.unexpected;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of the C library by which a process gives up what it may do, with C's names and
 * arguments (Linux on 64 bits). Apart from {@link Libc}, since they are needed once, if at all. A
 * failure is a {@link PosixException} with the errno of that very call.
 */
public final class LibcProcess {
  // struct passwd
  private static final long PASSWD_BYTES = 48;
  private static final long PASSWD_UID = 16;
  private static final long PASSWD_GID = 20;

  private static final MethodHandle GETEUID =
      Libc.LINKER.downcallHandle(
          Libc.LINKER.defaultLookup().findOrThrow("geteuid"), FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETPWNAM = handle("getpwnam", ADDRESS, ADDRESS);
  private static final MethodHandle INITGROUPS = handle("initgroups", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SETRESGID =
      handle("setresgid", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETRESUID =
      handle("setresuid", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CAPSET = handle("capset", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle MPROTECT =
      handle("mprotect", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SIGACTION =
      handle("sigaction", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle PRCTL =
      Libc.LINKER.downcallHandle(
          Libc.LINKER.defaultLookup().findOrThrow("prctl"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SYSCALL =
      Libc.LINKER.downcallHandle(
          Libc.LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));

  private LibcProcess() {}

  /**
   * A line of the user database.
   *
   * @param gid of the primary group
   */
  public record Account(String name, int uid, int gid) {}

  public static int geteuid() {
    try {
      return (int) GETEUID.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** The account of that name, or null where there is none. Not from two threads at once. */
  public static Account getpwnam(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found =
          (MemorySegment) GETPWNAM.invokeExact(STATE.get(), arena.allocateFrom(name));
      if (found.address() == 0) {
        return null;
      }
      MemorySegment account = found.reinterpret(PASSWD_BYTES);
      return new Account(
          name, account.get(JAVA_INT, PASSWD_UID), account.get(JAVA_INT, PASSWD_GID));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Gives all threads the groups of a user, and this one. */
  public static void initgroups(String user, int gid) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try (Arena arena = Arena.ofConfined()) {
      result = (int) INITGROUPS.invokeExact(state, arena.allocateFrom(user), gid);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "initgroups", state);
  }

  /** All threads. */
  public static void setresgid(int real, int effective, int saved) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) SETRESGID.invokeExact(state, real, effective, saved);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "setresgid", state);
  }

  /** All threads; from root to others, the kernel clears their capabilities. */
  public static void setresuid(int real, int effective, int saved) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) SETRESUID.invokeExact(state, real, effective, saved);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "setresuid", state);
  }

  /** The calling thread only. */
  public static void capset(MemorySegment header, MemorySegment sets) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) CAPSET.invokeExact(state, header, sets);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "capset", state);
  }

  /** The calling thread only. */
  public static void prctl(int operation, long argument) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) PRCTL.invokeExact(state, operation, argument, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "prctl", state);
  }

  public static void mprotect(MemorySegment mapping, int protection) throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) MPROTECT.invokeExact(state, mapping, mapping.byteSize(), protection);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "mprotect", state);
  }

  /**
   * @param former takes what was set before
   */
  public static void sigaction(int signal, MemorySegment action, MemorySegment former)
      throws PosixException {
    MemorySegment state = STATE.get();
    int result;
    try {
      result = (int) SIGACTION.invokeExact(state, signal, action, former);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result, "sigaction", state);
  }

  /** A system call that the C library has no function for. */
  public static long syscall(String name, long number, long first, long second, long third)
      throws PosixException {
    MemorySegment state = STATE.get();
    long result;
    try {
      result = (long) SYSCALL.invokeExact(state, number, first, second, third);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    check(result < 0 ? -1 : 0, name, state);
    return result;
  }
}
