package io.sluice.standalone;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the packets come from. */
sealed interface Source {

  /** Asks for what is needed of root, before anything starts. */
  default void acquirePrivileges() {}

  /** A web server and its clients in namespaces of their own. */
  record Demo() implements Source {
    @Override
    public void acquirePrivileges() {
      Privileges.acquire("make the demo's network and watch it");
    }
  }

  record Interface(String name) implements Source {
    @Override
    public void acquirePrivileges() {
      Privileges.acquire("watch " + name);
    }
  }

  /**
   * @param file absolute
   */
  record File(Path file) implements Source {}

  static Source of(boolean demo, String networkInterface, Path pcap) {
    if (demo) {
      return new Demo();
    }
    if (pcap != null) {
      final Path file = pcap.toAbsolutePath();
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new Problem(
            "cannot read "
                + pcap
                + ": "
                + (Files.exists(file) ? "not a readable file" : "no such file")
                + "; give a pcap or pcapng file");
      }
      try (CaptureFile known = CaptureFile.open(file.toString())) {
        return new File(file);
      } catch (CaptureFileException e) {
        throw new Problem(e.getMessage(), e);
      }
    }
    final String name = networkInterface == null ? ofDefaultRoute() : networkInterface;
    if (!Files.exists(Path.of("/sys/class/net", name))) {
      throw new Problem(
          "cannot watch " + name + ": there is no such interface; ip link lists them");
    }
    return new Interface(name);
  }

  /** From the kernel's IPv4 routes, else from its IPv6 routes. */
  private static String ofDefaultRoute() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/net/route"))) {
        final List<String> words = List.of(line.strip().split("\\s+"));
        if (words.size() > 7
            && words.get(1).equals("00000000")
            && words.get(7).equals("00000000")) {
          return words.get(0);
        }
      }
      for (String line : Files.readAllLines(Path.of("/proc/net/ipv6_route"))) {
        final List<String> words = List.of(line.strip().split("\\s+"));
        if (words.size() > 9
            && words.get(0).matches("0+")
            && words.get(1).equals("00")
            && !words.get(9).equals("lo")) {
          return words.get(9);
        }
      }
    } catch (IOException e) {
      throw new Problem("cannot find the default route: " + e + "; give --interface", e);
    }
    throw new Problem(
        "cannot choose an interface: there is no default route; give --interface, --demo or --pcap");
  }
}
