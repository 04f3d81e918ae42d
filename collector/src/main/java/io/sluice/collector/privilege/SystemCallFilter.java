package io.sluice.collector.privilege;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.collector.posix.LibcProcess;
import io.sluice.collector.posix.PosixException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp filter that refuses, with EPERM, what a collector never needs after its sockets are
 * open. It names what is refused rather than what is allowed: what a JVM calls is the JVM's, and
 * changes with it. Calls made with another architecture's numbers are refused whole.
 *
 * <p>A program of classic BPF over {@code struct seccomp_data}: the call's number at 0, its
 * architecture at 4, its arguments from 16 on, 8 bytes each, of which the lower half is looked at
 * (both architectures are little-endian; what is looked at are 32-bit values to the kernel too).
 */
final class SystemCallFilter {
  /** As in linux/seccomp.h. */
  static final int ALLOW = 0x7fff_0000;

  static final int REFUSE = 0x0005_0000 | 1; // SECCOMP_RET_ERRNO | EPERM
  static final int UNKNOWN = 0x0005_0000 | 38; // SECCOMP_RET_ERRNO | ENOSYS

  /** As in linux/filter.h: load a word, jump if equal, if greater or equal, if bits are set. */
  static final short LOAD = 0x20;

  static final short JUMP_EQUAL = 0x15;
  static final short JUMP_NOT_BELOW = 0x35;
  static final short JUMP_BITS = 0x45;
  static final short RETURN = 0x06;

  private static final int NUMBER_OFFSET = 0;
  private static final int ARCHITECTURE_OFFSET = 4;
  private static final int ARGUMENTS_OFFSET = 16;
  private static final int ARGUMENT_BYTES = 8;

  /** On x86-64, numbers from here on are those of another binary interface (x32). */
  private static final int X32_BIT = 0x4000_0000;

  private static final int SECCOMP_X86_64 = 317;
  private static final int SECCOMP_AARCH64 = 277;
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  private static final int CLONE_NEW_NAMESPACES = 0x7e02_0000;
  private static final int TIOCSTI = 0x5412;
  private static final int TIOCLINUX = 0x541c;

  /** Look-up, update and removal in maps, one by one and in batches, and questions about them. */
  private static final int[] BPF_COMMANDS = {1, 2, 3, 4, 15, 21, 24, 25, 26, 27};

  /**
   * An instruction.
   *
   * @param whenTrue how many instructions a jump skips if so, 0..255
   * @param whenFalse how many it skips if not, 0..255
   */
  record Instruction(short code, int whenTrue, int whenFalse, int operand) {}

  private SystemCallFilter() {}

  /** Forbids new privileges, and installs the filter, on all threads of the process. */
  static void install(Architecture architecture) throws IOException {
    LibcProcess.prctl(PR_SET_NO_NEW_PRIVS, 1);
    List<Instruction> program = program(architecture);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = arena.allocate(8L * program.size(), 8);
      for (int i = 0; i < program.size(); i++) {
        Instruction instruction = program.get(i);
        MemorySegment at = instructions.asSlice(8L * i, 8);
        at.set(JAVA_SHORT, 0, instruction.code());
        at.set(JAVA_BYTE, 2, (byte) instruction.whenTrue());
        at.set(JAVA_BYTE, 3, (byte) instruction.whenFalse());
        at.set(JAVA_INT, 4, instruction.operand());
      }
      MemorySegment description = arena.allocate(16, 8);
      description.set(JAVA_SHORT, 0, (short) program.size());
      description.set(ADDRESS, 8, instructions);
      long refusing =
          LibcProcess.syscall(
              "seccomp",
              architecture == Architecture.X86_64 ? SECCOMP_X86_64 : SECCOMP_AARCH64,
              SECCOMP_SET_MODE_FILTER,
              SECCOMP_FILTER_FLAG_TSYNC,
              description.address());
      if (refusing > 0) {
        throw new IOException("thread " + refusing + " has a system call filter of its own");
      }
    } catch (PosixException e) {
      throw new IOException(e.getMessage() + ", so no system call filter", e);
    }
  }

  /** The filter for an architecture. */
  static List<Instruction> program(Architecture architecture) {
    boolean x86 = architecture == Architecture.X86_64;
    List<Instruction> program = new ArrayList<>();
    program.add(load(ARCHITECTURE_OFFSET));
    program.add(new Instruction(JUMP_EQUAL, 1, 0, architecture.auditNumber()));
    program.add(result(REFUSE));
    program.add(load(NUMBER_OFFSET));
    if (x86) {
      program.add(new Instruction(JUMP_NOT_BELOW, 0, 1, X32_BIT));
      program.add(result(REFUSE));
    }
    // Its flags lie in memory, where a filter can't look: told that there is no such call, the C
    // library takes the older one.
    program.add(new Instruction(JUMP_EQUAL, 0, 1, 435));
    program.add(result(UNKNOWN));
    onlyOther(program, x86 ? 56 : 220, 0, JUMP_BITS, CLONE_NEW_NAMESPACES);
    onlyOther(program, x86 ? 16 : 29, 1, JUMP_EQUAL, TIOCSTI, TIOCLINUX);
    onlyThese(program, x86 ? 321 : 280, 0, BPF_COMMANDS);
    for (RefusedCall call : RefusedCall.values()) {
      int number = call.number(architecture);
      if (number != RefusedCall.ABSENT) {
        program.add(new Instruction(JUMP_EQUAL, 0, 1, number));
        program.add(result(REFUSE));
      }
    }
    program.add(result(ALLOW));
    return program;
  }

  /** A call that is allowed unless an argument is one of these, or has one of these bits. */
  private static void onlyOther(
      List<Instruction> program, int call, int argument, short test, int... values) {
    program.add(new Instruction(JUMP_EQUAL, 0, 2 * values.length + 2, call));
    program.add(argument(argument));
    for (int value : values) {
      program.add(new Instruction(test, 0, 1, value));
      program.add(result(REFUSE));
    }
    program.add(result(ALLOW));
  }

  /** A call that is refused unless an argument is one of these. */
  private static void onlyThese(List<Instruction> program, int call, int argument, int... values) {
    program.add(new Instruction(JUMP_EQUAL, 0, 2 * values.length + 2, call));
    program.add(argument(argument));
    for (int value : values) {
      program.add(new Instruction(JUMP_EQUAL, 0, 1, value));
      program.add(result(ALLOW));
    }
    program.add(result(REFUSE));
  }

  private static Instruction load(int offset) {
    return new Instruction(LOAD, 0, 0, offset);
  }

  private static Instruction argument(int index) {
    return load(ARGUMENTS_OFFSET + index * ARGUMENT_BYTES);
  }

  private static Instruction result(int action) {
    return new Instruction(RETURN, 0, 0, action);
  }
}
