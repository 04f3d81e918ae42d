package io.sluice.standalone.doctor;

import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.DiskBudget;
import io.sluice.standalone.Ports;
import io.sluice.standalone.Privileges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Sluice needs of a machine. Each check only looks. */
public final class Checks {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LEAST_JAVA = 25;

  // Before 5.19, each call to a map needs CAP_BPF for good.
  private static final int LEAST_KERNEL_MAJOR = 5;
  private static final int LEAST_KERNEL_MINOR = 19;
  private static final int CAP_NET_RAW = 13;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_PERFMON = 38;
  private static final int CAP_BPF = 39;
  private static final List<Integer> PORTS = List.of(19092, 19093, 18080, 18081, 18082, 15432);

  private Checks() {}

  public static List<Check> all(DataDir dir) {
    final List<Check> checks = new ArrayList<>();
    checks.add(kernel(System.getProperty("os.version")));
    checks.add(bpf());
    checks.add(jit(setting("net/core/bpf_jit_enable")));
    checks.add(unprivileged(setting("kernel/unprivileged_bpf_disabled")));
    checks.add(privileges());
    checks.add(dropping());
    checks.add(filtering(setting("kernel/seccomp/actions_avail")));
    checks.add(namespaces());
    checks.add(java());
    checks.add(library());
    checks.add(program("clang", "--version", "clang"));
    checks.add(program("mvn", "--version", "maven"));
    checks.add(present("runit", List.of("runsvdir", "runsv", "sv", "svlogd"), "runit"));
    checks.add(present("network tools", List.of("ip", "nsenter"), "iproute2 util-linux"));
    checks.add(present("process tools", List.of("setpriv", "setsid", "flock"), "util-linux"));
    checks.add(ports());
    checks.add(disk(dir));
    checks.add(memory());
    return checks;
  }

  static Check kernel(String version) {
    final Matcher matcher = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(version);
    final String what = "kernel";
    if (!matcher.matches()) {
      return Check.bad(what, version, "run Linux 5.19 or newer");
    }
    final int major = Integer.parseInt(matcher.group(1));
    final int minor = Integer.parseInt(matcher.group(2));
    final boolean enough =
        major > LEAST_KERNEL_MAJOR || (major == LEAST_KERNEL_MAJOR && minor >= LEAST_KERNEL_MINOR);
    return enough
        ? Check.ok(what, "Linux " + version)
        : Check.bad(
            what,
            "Linux " + version,
            "run Linux 5.19 or newer; before it the collector must keep CAP_BPF");
  }

  private static Check bpf() {
    final String what = "eBPF";
    if (Files.exists(Path.of("/proc/sys/kernel/unprivileged_bpf_disabled"))
        || Files.exists(Path.of("/sys/kernel/btf/vmlinux"))) {
      return Check.ok(what, "the kernel has it");
    }
    return Check.bad(what, "no sign of it", "run a kernel built with CONFIG_BPF_SYSCALL");
  }

  static Check jit(Optional<String> value) {
    final String what = "BPF JIT";
    return switch (value.orElse("")) {
      case "1", "2" -> Check.ok(what, "on");
      case "0" ->
          Check.bad(
              what,
              "off: the filter runs several times slower",
              "sysctl -w net.core.bpf_jit_enable=1");
      default -> Check.ok(what, "always on, or not told to this user");
    };
  }

  static Check unprivileged(Optional<String> value) {
    final String what = "unprivileged BPF";
    return switch (value.orElse("")) {
      case "1", "2" -> Check.ok(what, "refused (" + value.get() + "), as it should be");
      case "0" ->
          Check.bad(what, "allowed to everybody", "sysctl -w kernel.unprivileged_bpf_disabled=2");
      default -> Check.ok(what, "not told to this user");
    };
  }

  private static Check privileges() {
    final String what = "privileges";
    if (Privileges.isRoot()) {
      final long effective = capabilities();
      final boolean enough = has(effective, CAP_SYS_ADMIN) || canCapture(effective);
      return enough
          ? Check.ok(what, "root, with CAP_NET_RAW, CAP_BPF and CAP_PERFMON")
          : Check.bad(
              what,
              "root without CAP_NET_RAW, CAP_BPF or CAP_PERFMON",
              "give the container all three");
    }
    final long own = capabilities();
    if (canCapture(own)) {
      return Check.ok(what, "CAP_NET_RAW, CAP_BPF and CAP_PERFMON");
    }
    if (Command.find("sudo") == null) {
      return Check.bad(
          what, "neither root nor sudo", "run as root; sluice read and up --pcap need no root");
    }
    return Command.run(LIMIT, "sudo", "-n", "true").ok()
        ? Check.ok(what, "sudo")
        : Check.ok(what, "sudo, which may ask for a password");
  }

  private static boolean canCapture(long set) {
    return has(set, CAP_NET_RAW) && has(set, CAP_BPF) && has(set, CAP_PERFMON);
  }

  private static boolean has(long set, int capability) {
    return (set >>> capability & 1) == 1;
  }

  private static long capabilities() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .findFirst()
          .orElse(0L);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whom a collector becomes that root starts. */
  private static Check dropping() {
    final String what = "privilege drop";
    if (!Privileges.isRoot()) {
      return Check.ok(what, "the collector gives up its capabilities once it watches");
    }
    return Command.run(LIMIT, "id", "-u", "nobody").ok()
        ? Check.ok(what, "the collector becomes nobody once it watches")
        : Check.bad(what, "there is no user nobody", "make one, or give capture another --user");
  }

  static Check filtering(Optional<String> actions) {
    final String what = "system calls";
    return actions.orElse("").contains("errno")
        ? Check.ok(what, "can be filtered (seccomp)")
        : Check.bad(
            what, "can't be filtered", "run a kernel built with CONFIG_SECCOMP_FILTER to capture");
  }

  private static Check namespaces() {
    final String what = "namespaces";
    return Files.exists(Path.of("/proc/self/ns/net"))
        ? Check.ok(what, "network namespaces, for --demo")
        : Check.bad(what, "no network namespaces", "run a kernel with CONFIG_NET_NS for --demo");
  }

  private static Check java() {
    final Runtime.Version version = Runtime.version();
    final String found = version + " in " + System.getProperty("java.home");
    return version.feature() >= LEAST_JAVA
        ? Check.ok("JDK", found)
        : Check.bad("JDK", found, "install a JDK " + LEAST_JAVA + " or newer");
  }

  private static Check library() {
    final String what = "libbpf";
    final Optional<Path> library =
        Stream.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib")
            .map(Path::of)
            .flatMap(Checks::libraries)
            .findFirst();
    return library
        .map(path -> Check.ok(what, path.toString()))
        .orElseGet(() -> Check.bad(what, "not found", "install libbpf1"));
  }

  private static Stream<Path> libraries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return Stream.concat(Stream.of(folder), entries.filter(Files::isDirectory))
          .map(each -> each.resolve("libbpf.so.1"))
          .filter(Files::exists)
          .toList()
          .stream();
    } catch (IOException e) {
      return Stream.of();
    }
  }

  private static Check program(String name, String question, String packageName) {
    if (Command.find(name) == null) {
      return Check.bad(name, "not found", "install " + packageName + " (to build)");
    }
    final String answer = Command.run(LIMIT, name, question).output();
    return Check.ok(
        name, answer.lines().findFirst().orElse("").replaceAll("\u001b\\[[0-9;]*m", ""));
  }

  private static Check present(String what, List<String> programs, String packages) {
    final List<String> missing =
        programs.stream().filter(name -> Command.find(name) == null).toList();
    return missing.isEmpty()
        ? Check.ok(what, String.join(", ", programs))
        : Check.bad(what, "no " + String.join(", ", missing), "install " + packages);
  }

  private static Check ports() {
    final List<String> taken =
        PORTS.stream().filter(port -> !Ports.isFree(port)).map(String::valueOf).toList();
    return Check.ok(
        "ports",
        taken.isEmpty()
            ? "the usual ones are free"
            : String.join(", ", taken) + " taken; up takes the next free ones");
  }

  private static Check disk(DataDir dir) {
    final String what = "disk";
    Path existing = dir.root();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      final long free = Files.getFileStore(existing).getUsableSpace();
      final String found = "%d MiB free for %s".formatted(free / DiskBudget.MIB, dir.root());
      return free >= DiskBudget.DEFAULT_BYTES
          ? Check.ok(what, found)
          : Check.bad(
              what,
              found,
              "make room for %d MiB, or give up a smaller --disk-budget"
                  .formatted(DiskBudget.DEFAULT_BYTES / DiskBudget.MIB));
    } catch (IOException e) {
      return Check.bad(what, String.valueOf(e), "choose another --data-dir");
    }
  }

  private static Check memory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      final long mib =
          lines
                  .filter(line -> line.startsWith("MemAvailable:"))
                  .map(line -> line.replaceAll("\\D", ""))
                  .mapToLong(Long::parseLong)
                  .findFirst()
                  .orElse(0)
              / 1024;
      return mib >= 2_500
          ? Check.ok("memory", mib + " MiB available")
          : Check.bad(
              "memory", mib + " MiB available", "free some: all services together take 2.5 GiB");
    } catch (IOException e) {
      return Check.bad("memory", String.valueOf(e), "mount /proc");
    }
  }

  private static Optional<String> setting(String name) {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys", name)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
