package io.sluice.standalone.demo;

import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.Instance;
import io.sluice.standalone.Privileges;
import io.sluice.standalone.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces joined by a veth pair: one for the server, one for its clients. A keeper,
 * the only process of the demo that runs as root, makes them and waits at a FIFO; who opens the
 * FIFO for writing has it remove them. So taking the demo down needs no root, even after {@code up}
 * was killed.
 */
public final class DemoNetwork {
  public static final String SERVER_ADDRESS = "10.231.77.1";

  /** Of the clients: this and the following ones. */
  public static final String FIRST_CLIENT_ADDRESS = "10.231.77.11";

  public static final int CLIENT_ADDRESSES = 4;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Instance instance;

  public DemoNetwork(Instance instance) {
    this.instance = instance;
  }

  public String serverNamespace() {
    return "sluice-" + instance.id() + "-server";
  }

  public String clientNamespace() {
    return "sluice-" + instance.id() + "-client";
  }

  /** The server's end of the pair, within its namespace; at most 15 characters. */
  public String serverInterface() {
    return "sl" + instance.id() + "s";
  }

  public void create() {
    final Path script = instance.dir().run().resolve("demo-network.sh");
    final Path fifo = fifo(instance.dir());
    DataDir.write(script, keeper(), "rwx------");
    check("make " + fifo, Command.run(LIMIT, "mkfifo", "-m", "600", fifo.toString()));
    final Path ready = instance.dir().run().resolve("demo-network.ready");
    final Path log = instance.dir().run().resolve("demo-network.log");
    DataDir.write(log, "", "rw-------");
    final List<String> command =
        Privileges.asRoot(
            List.of(
                "setsid",
                "--fork",
                "sh",
                script.toString(),
                instance.id(),
                fifo.toString(),
                ready.toString(),
                log.toString()));
    check("make the demo's network namespaces", Command.run(LIMIT, command));
    final long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(ready)) {
      final String said = said(log);
      if (said.contains("failed") || System.nanoTime() - deadline > 0) {
        throw new Problem(
            "cannot make the demo's network namespaces: %s; see sluice doctor"
                .formatted(said.isEmpty() ? "no answer" : said.strip().replace('\n', ' ')));
      }
      pause();
    }
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }

  private static Path fifo(DataDir dir) {
    return dir.run().resolve("demo-network.fifo");
  }

  private static String keeper() {
    try (InputStream in = DemoNetwork.class.getResourceAsStream("demo-network.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Words before a command that make it run in a namespace, as the present user. */
  public List<String> within(String namespace) {
    final List<String> command = new ArrayList<>();
    command.add("nsenter");
    command.add("--net=/run/netns/" + namespace);
    command.addAll(Privileges.asUserWith(List.of()));
    return Privileges.asRoot(command);
  }

  /**
   * Has the keeper remove the namespaces, and waits for it.
   *
   * @return what is still there, in words
   */
  public static List<String> remove(DataDir dir) {
    final Path fifo = fifo(dir);
    final DemoNetwork network = new DemoNetwork(Instance.load(dir));
    if (Files.exists(fifo)) {
      // Opening waits for a reader: where the keeper is dead, in vain.
      Command.run(
          Duration.ofSeconds(5), "timeout", "3", "sh", "-c", ": >\"$1\"", "sh", fifo.toString());
    }
    final long deadline = System.nanoTime() + LIMIT.toNanos();
    List<String> left = network.present();
    while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
      pause();
      left = network.present();
      if (System.nanoTime() - deadline > -LIMIT.toNanos() / 2) {
        left.forEach(
            name -> Command.run(LIMIT, Privileges.asRoot(List.of("ip", "netns", "del", name))));
      }
    }
    return left.stream().map(name -> "network namespace " + name).toList();
  }

  private List<String> present() {
    return List.of(serverNamespace(), clientNamespace()).stream()
        .filter(name -> Files.exists(Path.of("/run/netns", name)))
        .toList();
  }

  private static void check(String what, Command.Result result) {
    if (!result.ok()) {
      throw new Problem(
          "cannot " + what + ": " + result.output().replace('\n', ' ') + "; see sluice doctor");
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted", e);
    }
  }
}
