package io.sluice.collector.privilege;

import static io.sluice.collector.privilege.SystemCallFilter.ALLOW;
import static io.sluice.collector.privilege.SystemCallFilter.REFUSE;
import static io.sluice.collector.privilege.SystemCallFilter.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.privilege.SystemCallFilter.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter's program, run here as the kernel would, for both architectures. */
class SystemCallFilterTest {
  private static final Path HEADER_X86_64 =
      Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
  private static final Path HEADER_AARCH64 = Path.of("/usr/include/asm-generic/unistd.h");
  private static final int SIGCHLD = 17;
  private static final int THREAD_FLAGS = 0x003d_0f00;

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void refusesWhatItNamesAndAllowsTheRest(Architecture architecture) {
    Map<Integer, RefusedCall> refused =
        List.of(RefusedCall.values()).stream()
            .filter(call -> call.number(architecture) != RefusedCall.ABSENT)
            .collect(Collectors.toMap(call -> call.number(architecture), call -> call));
    int clone3 = 435;
    int bpf = architecture == Architecture.X86_64 ? 321 : 280;
    for (int number = 0; number < 1000; number++) {
      int expected =
          refused.containsKey(number) || number == bpf
              ? REFUSE
              : number == clone3 ? UNKNOWN : ALLOW;
      assertThat(run(architecture, number, 0, 0)).as("call %d", number).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void allowsOfBpfOnlyWhatWorksOnOpenMaps(Architecture architecture) {
    int bpf = architecture == Architecture.X86_64 ? 321 : 280;
    List<Integer> allowed = List.of(1, 2, 3, 4, 15, 21, 24, 25, 26, 27);
    for (int command = 0; command < 64; command++) {
      assertThat(run(architecture, bpf, command, 0))
          .as("command %d", command)
          .isEqualTo(allowed.contains(command) ? ALLOW : REFUSE);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void threadsMayBeginButNoNamespaces(Architecture architecture) {
    int clone = architecture == Architecture.X86_64 ? 56 : 220;
    assertThat(run(architecture, clone, THREAD_FLAGS, 0)).isEqualTo(ALLOW);
    assertThat(run(architecture, clone, SIGCHLD, 0)).isEqualTo(ALLOW);
    for (int bit : new int[] {17, 25, 26, 27, 28, 29, 30}) {
      assertThat(run(architecture, clone, SIGCHLD | 1 << bit, 0))
          .as("bit %d", bit)
          .isEqualTo(REFUSE);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void nothingMayBeTypedIntoTheTerminal(Architecture architecture) {
    int ioctl = architecture == Architecture.X86_64 ? 16 : 29;
    assertThat(run(architecture, ioctl, 0, 0x5412)).isEqualTo(REFUSE);
    assertThat(run(architecture, ioctl, 0, 0x541c)).isEqualTo(REFUSE);
    assertThat(run(architecture, ioctl, 0, 0x5401)).isEqualTo(ALLOW);
  }

  @Test
  void anotherArchitecturesNumbersAreRefused() {
    List<Instruction> program = SystemCallFilter.program(Architecture.X86_64);
    int i386 = 0x4000_0003;
    assertThat(run(program, i386, 20, 0, 0)).isEqualTo(REFUSE);
    assertThat(run(program, Architecture.AARCH64.auditNumber(), 0, 0, 0)).isEqualTo(REFUSE);
    int getpidOfX32 = 0x4000_0000 + 39;
    assertThat(run(Architecture.X86_64, getpidOfX32, 0, 0)).isEqualTo(REFUSE);
  }

  @Test
  void theNumbersAreTheKernels() throws IOException {
    checkNumbers(Architecture.X86_64, HEADER_X86_64);
    checkNumbers(Architecture.AARCH64, HEADER_AARCH64);
  }

  private static void checkNumbers(Architecture architecture, Path header) throws IOException {
    assumeTrue(Files.exists(header), "SKIPPED LOUDLY: no " + header + "; install linux-libc-dev");
    Map<String, Integer> numbers =
        Files.readAllLines(header).stream()
            .map(line -> line.split("\\s+"))
            .filter(words -> words.length >= 3 && words[1].startsWith("__NR_"))
            .filter(words -> words[2].matches("\\d+"))
            .collect(
                Collectors.toMap(
                    words -> words[1].substring("__NR_".length()),
                    words -> Integer.valueOf(words[2]),
                    (first, second) -> first));
    assertThat(numbers).hasSizeGreaterThan(250);
    for (RefusedCall call : RefusedCall.values()) {
      Integer known = numbers.get(call.name().toLowerCase(Locale.ROOT));
      if (call == RefusedCall.OPEN_TREE_ATTR && known == null) {
        continue; // newer than the headers of some
      }
      assertThat(call.number(architecture))
          .as("%s on %s", call, architecture)
          .isEqualTo(known == null ? RefusedCall.ABSENT : known);
    }
  }

  private static int run(Architecture architecture, int number, int first, int second) {
    return run(
        SystemCallFilter.program(architecture), architecture.auditNumber(), number, first, second);
  }

  /** As the kernel runs it, of the instructions that are used. */
  private static int run(
      List<Instruction> program, int architecture, int number, int first, int second) {
    long accumulator = 0;
    for (int at = 0; ; at++) {
      Instruction instruction = program.get(at);
      long operand = Integer.toUnsignedLong(instruction.operand());
      switch (instruction.code()) {
        case SystemCallFilter.LOAD ->
            accumulator =
                Integer.toUnsignedLong(
                    switch (instruction.operand()) {
                      case 0 -> number;
                      case 4 -> architecture;
                      case 16 -> first;
                      case 24 -> second;
                      default -> throw new AssertionError("loads from " + instruction.operand());
                    });
        case SystemCallFilter.JUMP_EQUAL -> at += skip(instruction, accumulator == operand);
        case SystemCallFilter.JUMP_NOT_BELOW -> at += skip(instruction, accumulator >= operand);
        case SystemCallFilter.JUMP_BITS -> at += skip(instruction, (accumulator & operand) != 0);
        case SystemCallFilter.RETURN -> {
          return instruction.operand();
        }
        default -> throw new AssertionError("instruction " + instruction.code());
      }
    }
  }

  private static int skip(Instruction instruction, boolean jump) {
    int skipped = jump ? instruction.whenTrue() : instruction.whenFalse();
    assertThat(skipped).isBetween(0, 255);
    return skipped;
  }
}
