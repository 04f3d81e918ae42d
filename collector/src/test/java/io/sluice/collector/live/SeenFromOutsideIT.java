package io.sluice.collector.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.control.ControlClient;
import io.sluice.collector.control.TailFilter;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A collector without privileges, as its operator and its service manager see it. */
class SeenFromOutsideIT {
  private static final String KAFKA = "kafka.bootstrap.servers = '127.0.0.1:1'\n";

  @TempDir Path folder;

  @Test
  void tellsItsManagerAndIsFollowedAskedAndReloaded() throws Exception {
    Path socket = folder.resolve("control");
    Path config = Files.writeString(folder.resolve("sluice.toml"), KAFKA);
    // The collector becomes another user, who must get there.
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    String notify = "sluice-it-" + ProcessHandle.current().pid();
    try (UnixDatagramChannel manager = UnixDatagramChannel.open()) {
      manager.bind(new UnixSocketAddress(new File("\0" + notify)));
      manager.configureBlocking(false);
      List<String> told = new ArrayList<>();
      try (CollectorProcess collector =
          CollectorProcess.start(
              folder,
              Map.of("NOTIFY_SOCKET", "@" + notify, "WATCHDOG_USEC", "3000000"),
              "collect",
              "--config",
              config.toString(),
              "--control-socket",
              socket.toString(),
              "--stop-timeout",
              "1")) {
        collector.await("the word to the manager", () -> receive(manager, told).contains("READY"));
        collector.await("the watchdog", () -> receive(manager, told).contains("WATCHDOG=1"));

        CompletableFuture<List<JsonNode>> followed = follow(socket, 2);
        collector.await("the follower", () -> followed(collector, followed));
        assertThat(followed.get(30, TimeUnit.SECONDS))
            .allMatch(event -> event.at("/request/url").asString().contains("?q=secret"))
            .allMatch(event -> event.at("/request/headers").isEmpty())
            .allMatch(event -> event.at("/flow/real_client_ip").asString("").isEmpty());

        JsonNode sessions = ControlClient.sessions(socket, 5);
        assertThat(sessions.size()).isEqualTo(5);
        assertThat(sessions.path(0).path("confirmed").asBoolean()).isTrue();
        assertThat(sessions.path(0).path("bytes").asLong()).isPositive();

        // By the signal, and then by the control socket.
        Files.writeString(config, KAFKA + "drop-query = true\nsessions = 5\n");
        collector.signal("HUP");
        collector.await("the reload", () -> collector.errors().contains("reloaded: drop-query"));
        assertThat(collector.errors()).contains("cannot change sessions under way");
        String changed = "headers = ['X-Id']\ntrust-forwarded = ['10.0.0.0/8']\n";
        Files.writeString(config, KAFKA + changed + "drop-query = true\n");
        assertThat(ControlClient.reload(socket).path(0).asString())
            .isEqualTo("reloaded: headers, trust-forwarded");
        CompletableFuture<List<JsonNode>> again = follow(socket, 2);
        collector.await("the follower", () -> followed(collector, again));
        assertThat(again.get(30, TimeUnit.SECONDS))
            .allMatch(event -> event.at("/request/url").asString().endsWith("/tailed"))
            .allMatch(event -> event.at("/request/headers/0/value").asString("").equals("7"))
            .allMatch(event -> event.at("/flow/real_client_ip").asString("").equals("203.0.113.9"));

        // Nothing of it where anything is wrong.
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(
            key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
            config,
            KAFKA
                + "headers = ['a b']\ndrop-query = 'perhaps'\nclient-key = '%s'\n".formatted(key));
        assertThatThrownBy(() -> ControlClient.reload(socket))
            .hasMessageContaining("nothing was changed")
            .hasMessageContaining("drop-query = perhaps")
            .hasMessageContaining("cannot read the key " + key + ": access is denied; make one")
            .hasMessageContaining("'a b' is no header's name");
        CompletableFuture<List<JsonNode>> unchanged = follow(socket, 1);
        collector.await("the follower", () -> followed(collector, unchanged));
        assertThat(unchanged.get(30, TimeUnit.SECONDS))
            .allMatch(event -> event.at("/request/url").asString().endsWith("/tailed"))
            .allMatch(event -> event.at("/request/headers/0/value").asString("").equals("7"));
        Files.writeString(config, KAFKA + changed + "drop-query = true\n");
        assertThat(ControlClient.reload(socket).path(0).asString()).contains("as it was");

        long beganNs = System.nanoTime();
        collector.stop();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNs)).isLessThan(23);
        assertThat(receive(manager, told)).contains("STOPPING=1");
        assertThat(collector.errors()).doesNotContain("NoClassDefFound", "ClassNotFound");
      }
    }
  }

  private static CompletableFuture<List<JsonNode>> follow(Path socket, int count) {
    return CompletableFuture.supplyAsync(() -> {
      List<JsonNode> events = new ArrayList<>();
      try {
        ControlClient.tail(
            socket,
            new TailFilter("a.example", "/tailed", null, "2xx", null),
            line -> {
              if (line.has("event")) {
                events.add(line.path("event"));
              }
              return events.size() < count;
            });
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return events;
    });
  }

  private int port = 40_000;

  /** Sends until it has what it waits for. */
  private boolean followed(CollectorProcess collector, CompletableFuture<List<JsonNode>> followed) {
    for (int i = 0; i < 3; i++) {
      collector.exchange(
          port++,
          "GET /tailed?q=secret HTTP/1.1\r\nHost: a.example\r\nX-Id: 7\r\n"
              + "X-Forwarded-For: 203.0.113.9\r\n\r\n");
      collector.exchange(port++, "GET /other HTTP/1.1\r\nHost: a.example\r\n\r\n");
    }
    return followed.isDone();
  }

  private static String receive(UnixDatagramChannel manager, List<String> told) {
    ByteBuffer datagram = ByteBuffer.allocate(4096);
    try {
      while (manager.receive(datagram) != null && datagram.position() > 0) {
        told.add(new String(datagram.array(), 0, datagram.position(), UTF_8));
        datagram.clear();
      }
    } catch (IOException e) {
      // Nothing more.
    }
    return String.join("|", told);
  }
}
