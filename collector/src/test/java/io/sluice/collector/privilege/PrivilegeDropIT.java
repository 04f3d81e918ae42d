package io.sluice.collector.privilege;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.posix.LibcProcess;
import io.sluice.collector.testing.ClassPathCopy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drop in a JVM of its own, and what the kernel says of each of its threads afterwards. */
class PrivilegeDropIT {
  private static final String TODAY = System.getProperty("os.version");
  private static final String BEFORE_5_19 = "5.15.0-91-generic";
  private static final String NOBODY = "65534";
  private static final long BPF = 1L << Capabilities.CAP_BPF;

  @TempDir Path folder;

  @BeforeEach
  void onlyRoot() {
    assumeTrue(LibcProcess.geteuid() == 0, "SKIPPED LOUDLY: only root has privileges to drop");
  }

  @Test
  void rootBecomesNobodyOnEveryThread() throws Exception {
    List<String> lines = run(List.of(), TODAY);
    assertRefused(lines);
    assertThat(threads(lines)).allMatch(words -> words[1].equals(NOBODY));
    assertThat(threads(lines)).allMatch(words -> words[2].equals("0"));
    assertFiltered(lines);
    assertThat(lines).anyMatch(line -> line.startsWith("state PrivilegeState[uid=65534"));
  }

  @Test
  void ambientCapabilitiesGoFromEveryThread() throws Exception {
    assumeTrue(
        Stream.of("/usr/bin/setpriv", "/bin/setpriv").map(Path::of).anyMatch(Files::isExecutable),
        "SKIPPED LOUDLY: no setpriv; install util-linux");
    String capabilities = "+net_raw,+bpf,+perfmon";
    List<String> lines =
        run(
            List.of(
                "setpriv",
                "--reuid=4321",
                "--regid=4321",
                "--clear-groups",
                "--inh-caps=" + capabilities,
                "--ambient-caps=" + capabilities),
            TODAY);
    assertRefused(lines);
    assertThat(threads(lines)).allMatch(words -> words[1].equals("4321"));
    assertThat(threads(lines)).allMatch(words -> words[2].equals("0"));
    assertFiltered(lines);
  }

  /** The thread that drops, and those that it begins later, which are the ones that need it. */
  @Test
  void anOlderKernelLeavesCapBpfToTheThreadThatDrops() throws Exception {
    List<String> lines = run(List.of(), BEFORE_5_19);
    List<String[]> bearers =
        threads(lines).stream().filter(words -> !words[2].equals("0")).toList();
    assertThat(bearers).hasSize(1);
    assertThat(bearers.getFirst()[2]).isEqualTo(Long.toHexString(BPF));
    assertThat(threads(lines)).allMatch(words -> words[1].equals(NOBODY));
    assertFiltered(lines);
  }

  @Test
  void kernelsBefore519AreTold() {
    assertThat(PrivilegeDrop.mapsNeedCapability("5.18.19")).isTrue();
    assertThat(PrivilegeDrop.mapsNeedCapability("4.19.0-26-amd64")).isTrue();
    assertThat(PrivilegeDrop.mapsNeedCapability("5.19.0")).isFalse();
    assertThat(PrivilegeDrop.mapsNeedCapability("6.1.0-18-amd64")).isFalse();
  }

  @Test
  void anUnknownUserIsOneClearLine() {
    assertThatThrownBy(() -> PrivilegeDrop.plan("no-such-user"))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot run as no-such-user: there is no such user; give another --user");
    assertThatThrownBy(() -> PrivilegeDrop.plan(null, Map.of("SUDO_USER", "no-such-user"), TODAY))
        .hasMessageContaining("no-such-user");
  }

  private static void assertRefused(List<String> lines) {
    for (String who : List.of("old", "main", "new")) {
      for (String call :
          List.of(
              "execve",
              "execveat",
              "ptrace",
              "process_vm_readv",
              "unshare",
              "setns",
              "keyctl",
              "personality",
              "io_uring_setup",
              "bpf-create",
              "socket")) {
        assertThat(lines).contains(who + " " + call + " operation not permitted (EPERM)");
      }
      assertThat(lines).contains(who + " clone3 function not implemented (ENOSYS)");
      assertThat(lines)
          .anyMatch(line -> line.startsWith(who + " bpf-look-up ") && !line.contains("EPERM"));
    }
  }

  private static void assertFiltered(List<String> lines) {
    assertThat(threads(lines)).hasSizeGreaterThan(5);
    assertThat(threads(lines)).allMatch(words -> words[3].equals("true") && words[4].equals("2"));
  }

  private static List<String[]> threads(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("thread "))
        .map(line -> line.split(" ", 6))
        .toList();
  }

  private List<String> run(List<String> prefix, String kernel) throws Exception {
    // Wherever the project lies, these users shall be able to read it.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            ClassPathCopy.tests(folder),
            DroppedProcess.class.getName(),
            kernel));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      List<String> lines = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (line.equals("done")) {
          return lines;
        }
      }
      throw new AssertionError("it ended early: " + lines);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
