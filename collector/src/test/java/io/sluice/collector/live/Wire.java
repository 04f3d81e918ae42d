package io.sluice.collector.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two network namespaces of our own, joined by a veth pair whose ends are both called {@code wire}.
 * Gone when closed.
 */
final class Wire implements AutoCloseable {
  static final String INTERFACE = "wire";
  static final String SECOND_INTERFACE = "wire2";
  static final String CLIENT_ADDRESS = "10.99.0.1";
  static final String SERVER_ADDRESS = "10.99.0.2";
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final String name = "slc" + ProcessHandle.current().pid() + "n" + NEXT.getAndIncrement();

  private Wire() {}

  static Wire make() throws IOException, InterruptedException {
    assumeTrue(uid() == 0, "SKIPPED LOUDLY: only root can make network namespaces");
    assumeTrue(
        List.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip").stream()
            .anyMatch(ip -> Files.isExecutable(Path.of(ip))),
        "SKIPPED LOUDLY: no ip command; install iproute2");
    Wire wire = new Wire();
    try {
      wire.connect();
      return wire;
    } catch (IOException | InterruptedException | RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  String clientNamespace() {
    return name + "c";
  }

  String serverNamespace() {
    return name + "s";
  }

  private void connect() throws IOException, InterruptedException {
    for (String namespace : List.of(clientNamespace(), serverNamespace())) {
      run("ip", "netns", "add", namespace);
      // Neighbour discovery would be seen as traffic that nobody sent.
      run(
          "ip",
          "netns",
          "exec",
          namespace,
          "sysctl",
          "-qw",
          "net.ipv6.conf.all.disable_ipv6=1",
          "net.ipv6.conf.default.disable_ipv6=1");
    }
    makeLink();
  }

  /** One end takes the other with it. */
  void removeLink() throws IOException, InterruptedException {
    run("ip", "-n", clientNamespace(), "link", "del", INTERFACE);
  }

  void makeLink() throws IOException, InterruptedException {
    makeLink(INTERFACE);
    up(clientNamespace(), CLIENT_ADDRESS);
    up(serverNamespace(), SERVER_ADDRESS);
  }

  /** Another one beside the first, without addresses. */
  void makeSecondLink() throws IOException, InterruptedException {
    makeLink(SECOND_INTERFACE);
    for (String namespace : List.of(clientNamespace(), serverNamespace())) {
      run("ip", "-n", namespace, "link", "set", SECOND_INTERFACE, "up");
    }
  }

  private void makeLink(String link) throws IOException, InterruptedException {
    run(
        "ip",
        "-n",
        clientNamespace(),
        "link",
        "add",
        link,
        "type",
        "veth",
        "peer",
        "name",
        link,
        "netns",
        serverNamespace());
  }

  private void up(String namespace, String address) throws IOException, InterruptedException {
    run("ip", "-n", namespace, "addr", "add", address + "/24", "dev", INTERFACE);
    setUp(namespace, true);
  }

  void setUp(String namespace, boolean up) throws IOException, InterruptedException {
    run("ip", "-n", namespace, "link", "set", INTERFACE, up ? "up" : "down");
  }

  /** Frames up to this size, in bytes without the link layer's header, pass in both directions. */
  void setMtu(int bytes) throws IOException, InterruptedException {
    for (String namespace : List.of(clientNamespace(), serverNamespace())) {
      run("ip", "-n", namespace, "link", "set", INTERFACE, "mtu", Integer.toString(bytes));
    }
  }

  private static int uid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (String namespace : List.of(clientNamespace(), serverNamespace())) {
      if (Files.exists(Path.of("/run/netns", namespace))) {
        run("ip", "netns", "del", namespace);
      }
    }
  }
}
