package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.testing.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The collector as it is run, over a wire of our own, seen from outside. */
final class CollectorProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  interface Condition {
    boolean holds() throws Exception;
  }

  private final Path folder;
  private final Wire wire;
  private final FrameSender sender;
  private final Process process;

  private CollectorProcess(Path folder, Wire wire, FrameSender sender, Process process) {
    this.folder = folder;
    this.wire = wire;
    this.sender = sender;
    this.process = process;
  }

  /**
   * Root only, skips otherwise; returns when packets are seen.
   *
   * @param folder holds its control socket {@code control} and what it says
   * @param command of the collector, such as collect
   */
  static CollectorProcess start(
      Path folder, Map<String, String> environment, String command, String... options)
      throws Exception {
    Wire wire = Wire.make();
    List<String> line =
        new ArrayList<>(
            List.of(
                // Whoever runs the tests may ignore it, and Java leaves an ignored signal alone.
                "env",
                "--default-signal=HUP",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.sluice.collector.Main",
                command,
                "--netns",
                wire.serverNamespace(),
                "--interface",
                Wire.INTERFACE,
                "--workers",
                "2"));
    line.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE);
    CollectorProcess started = new CollectorProcess(folder, wire, sender, builder.start());
    try {
      started.await(
          "its first word", () -> started.errors().matches("(?s).*(collecting|watching).*"));
      return started;
    } catch (Exception | AssertionError e) {
      started.close();
      throw e;
    }
  }

  Process process() {
    return process;
  }

  /** An exchange on a connection of its own. */
  void exchange(int port, String head) {
    Talk talk = Talk.open(port, 1000, 5000).client(head).server("HTTP/1.1 204 No Content\r\n\r\n");
    talk.packets().forEach(packet -> sender.send(packet.frame()));
  }

  /** SIGTERM; returns the exit status. */
  int stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  void signal(String name) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor())
        .isZero();
  }

  String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime() - deadline).as("waited for %s: %s", what, errors()).isNegative();
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    sender.close();
    wire.close();
  }
}
