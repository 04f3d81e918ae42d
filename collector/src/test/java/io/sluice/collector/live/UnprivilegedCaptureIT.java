package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.control.ControlClient;
import io.sluice.collector.control.StatusTable;
import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.LibcProcess;
import io.sluice.collector.testing.ClassPathCopy;
import io.sluice.collector.testing.Talk;
import io.sluice.kernelfilter.ffi.LibbpfLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import me.bechberger.ebpf.bpf.raw.Lib;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands as they are run, from folders that only root may enter, over a veth pair. */
class UnprivilegedCaptureIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NOBODY = "65534\t65534\t65534\t65534";

  /** Longer than from one sweep to the next. */
  private static final Duration SWEEPS = Duration.ofSeconds(7);

  /** Made by JUnit for its owner alone, root. */
  @TempDir Path folder;

  @Test
  void aDroppedCollectorCapturesSweepsAndCounts() throws Exception {
    Path socket = folder.resolve("control");
    try (Wire wire = Wire.make();
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      Process collector =
          start(
              List.of(),
              "collect",
              "--netns",
              wire.serverNamespace(),
              "--interface",
              Wire.INTERFACE,
              "--kafka",
              "127.0.0.1:1",
              "--idle-timeout",
              "1",
              "--workers",
              "2",
              "--control-socket",
              socket.toString(),
              "--stop-timeout",
              "1",
              "--user",
              "nobody");
      try {
        await("the collector's word", () -> errors().contains("collecting from"));
        assertDropped(collector, NOBODY);
        for (int i = 0; i < 5; i++) {
          send(sender, 40_000 + i);
        }
        await("five events", () -> emitted(socket) == 5);
        Thread.sleep(SWEEPS.toMillis());
        send(sender, 40_100);
        await("the event after a sweep", () -> emitted(socket) == 6);
        JsonNode status = ControlClient.status(socket);
        assertThat(status.path("ledger").path("kernel").path("in_filter").asLong(-1)).isZero();
        assertThat(status.path("ledger").path("ring").path("in_ring").asLong(-1)).isZero();
        assertThat(status.path("counters").path("kernel").path("SESSION_INSERTED").asLong())
            .isEqualTo(6);
        assertThat(StatusTable.of(status))
            .contains(
                "privileges: uid 65534, gid 65534, capabilities none, new privileges refused,"
                    + " system calls filtered");
        assertDropped(collector, NOBODY);
        collector.destroy();
        assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(errors())
            .contains("6 requests")
            .doesNotContain("cannot sweep", "NoClassDefFound", "ClassNotFound", "UnsatisfiedLink");
      } finally {
        collector.destroyForcibly().waitFor();
      }
    }
  }

  /** Its spare sockets were opened before the drop. When none is left it says so. */
  @Test
  void aDroppedCollectorWatchesAnInterfaceThatIsMadeAgainAsLongAsSocketsLast() throws Exception {
    int times = 8;
    try (Wire wire = Wire.make()) {
      Process capture =
          start(
              List.of(),
              "capture",
              "--netns",
              wire.serverNamespace(),
              "--interface",
              Wire.INTERFACE,
              "--workers",
              "2");
      try {
        await("the capture's word", () -> errors().contains("watching"));
        assertDropped(capture, NOBODY);
        for (int round = 1; round <= times; round++) {
          int left = times - round;
          wire.removeLink();
          wire.makeLink();
          String word = "was made again; capture goes on with it, and can so %d more times";
          await("its coming back", () -> errors().contains(word.formatted(left)));
          if (round == 1 || left == 0) {
            try (FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
              for (int i = 0; i < 20; i++) {
                send(sender, 40_000 + 100 * left + i);
              }
            }
            await("the events of both workers", () -> events() >= (left == 0 ? 40 : 20));
          }
        }
        wire.removeLink();
        wire.makeLink();
        await("its last word", () -> errors().contains("no spare sockets are left"));
        assertDropped(capture, NOBODY);
        capture.destroy();
        assertThat(capture.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(errors()).contains("40 requests", " 0 dropped").doesNotContain("cannot go on");
      } finally {
        capture.destroyForcibly().waitFor();
      }
    }
  }

  private long events() throws IOException {
    return Files.readString(folder.resolve("out")).lines().count();
  }

  @Test
  void ambientCapabilitiesServeAsWell() throws Exception {
    letOthersRead();
    String capabilities = "+net_raw,+bpf,+perfmon";
    try (Wire wire = Wire.make();
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      Process capture =
          start(
              List.of(
                  "ip",
                  "netns",
                  "exec",
                  wire.serverNamespace(),
                  "setpriv",
                  "--reuid=4321",
                  "--regid=4321",
                  "--clear-groups",
                  "--inh-caps=" + capabilities,
                  "--ambient-caps=" + capabilities),
              "capture",
              "--interface",
              Wire.INTERFACE);
      try {
        await("the capture's word", () -> errors().contains("watching"));
        assertDropped(capture, "4321\t4321\t4321\t4321");
        send(sender, 40_000);
        await("an event", () -> Files.readString(folder.resolve("out")).contains("\"/40000\""));
      } finally {
        capture.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void withoutPrivilegesItSaysSoInALine() throws Exception {
    assumeTrue(isRoot(), "SKIPPED LOUDLY: only root can become somebody else");
    letOthersRead();
    Process capture =
        start(
            List.of("setpriv", "--reuid=4321", "--regid=4321", "--clear-groups", "--inh-caps=-all"),
            "capture",
            "--interface",
            "lo");
    assertThat(capture.waitFor()).isEqualTo(1);
    assertThat(errors().lines())
        .containsExactly(
            "cannot open capture on lo: cannot load the BPF program http_filter: Operation not"
                + " permitted; run as root or grant CAP_NET_RAW, CAP_BPF and CAP_PERFMON");
  }

  /** Program, maps and whatever could have been pinned: a pin would keep its object alive. */
  @Test
  void nothingIsLeftOfAKilledCapture() throws Exception {
    try (Wire wire = Wire.make();
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      Process capture =
          start(
              List.of(),
              "capture",
              "--netns",
              wire.serverNamespace(),
              "--interface",
              Wire.INTERFACE);
      Map<String, TreeSet<Integer>> objects;
      try {
        await("the capture's word", () -> errors().contains("watching"));
        send(sender, 40_000);
        await("an event", () -> Files.readString(folder.resolve("out")).contains("\"/40000\""));
        objects = bpfObjects(capture.pid());
      } finally {
        capture.destroyForcibly().waitFor();
      }
      assertThat(objects.get("prog_id")).isNotEmpty();
      assertThat(objects.get("map_id")).hasSizeGreaterThanOrEqualTo(3);
      // The kernel frees them after a grace period.
      await("the programs' end", () -> none(objects.get("prog_id"), Lib::bpf_prog_get_fd_by_id));
      await("the maps' end", () -> none(objects.get("map_id"), Lib::bpf_map_get_fd_by_id));
    }
  }

  private interface Opening {
    int open(int id);
  }

  private static boolean none(TreeSet<Integer> ids, Opening opening) throws IOException {
    for (int id : ids) {
      int fd = opening.open(id);
      if (fd >= 0) {
        Libc.close(fd);
        return false;
      }
    }
    return true;
  }

  /** The numbers that the kernel gave to what a process has open of BPF. */
  private static Map<String, TreeSet<Integer>> bpfObjects(long pid) throws IOException {
    LibbpfLibrary.require();
    Map<String, TreeSet<Integer>> found =
        new TreeMap<>(Map.of("prog_id", new TreeSet<>(), "map_id", new TreeSet<>()));
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fdinfo"))) {
      for (Path descriptor : descriptors.toList()) {
        for (String line : Files.readAllLines(descriptor)) {
          String[] words = line.split(":\\s*");
          if (found.containsKey(words[0])) {
            found.get(words[0]).add(Integer.valueOf(words[1]));
          }
        }
      }
    }
    return found;
  }

  private static void assertDropped(Process process, String uids) throws IOException {
    List<String> statuses = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path task : tasks.toList()) {
        try {
          statuses.add(Files.readString(task.resolve("status")));
        } catch (IOException e) { // the JVM's compiler threads come and go
          assertThat(task).doesNotExist();
        }
      }
    }
    assertThat(statuses).hasSizeGreaterThan(10);
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
      assertThat(statuses).allMatch(status -> status.contains(set + ":\t0000000000000000\n"));
    }
    assertThat(statuses).allMatch(status -> status.contains("Uid:\t" + uids + "\n"));
    assertThat(statuses).allMatch(status -> status.contains("Gid:\t" + uids + "\n"));
    assertThat(statuses).allMatch(status -> status.contains("NoNewPrivs:\t1\n"));
    assertThat(statuses).allMatch(status -> status.contains("Seccomp:\t2\n"));
  }

  private static long emitted(Path socket) throws IOException {
    return ControlClient.status(socket)
        .path("ledger")
        .path("events")
        .path("emitted_and_carried_over")
        .asLong();
  }

  private static void send(FrameSender sender, int port) {
    Talk talk =
        Talk.open(port, 1000, 5000)
            .client("GET /" + port + " HTTP/1.1\r\nHost: a.example\r\n\r\n")
            .server("HTTP/1.1 204 No Content\r\n\r\n");
    talk.packets().forEach(packet -> sender.send(packet.frame()));
  }

  private Process start(List<String> prefix, String... arguments) throws IOException {
    assumeTrue(isRoot(), "SKIPPED LOUDLY: only root can capture and drop");
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            ClassPathCopy.product(Files.createDirectory(folder.resolve("product"))),
            "io.sluice.collector.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private void letOthersRead() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static boolean isRoot() {
    return LibcProcess.geteuid() == 0;
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime() - deadline).as("waited for %s: %s", what, errors()).isNegative();
      Thread.sleep(50);
    }
  }
}
