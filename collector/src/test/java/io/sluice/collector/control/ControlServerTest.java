package io.sluice.collector.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.kernelfilter.Session;
import io.sluice.kernelfilter.SessionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class ControlServerTest implements ControlRequests {
  @TempDir Path folder;

  private final EventTail tail = new EventTail();
  private final ControlLedger ledger = new ControlLedger();
  private volatile boolean faulty;

  @Test
  void answersStatus() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-rw----");
      for (int i = 0; i < 3; i++) {
        JsonNode status = ControlClient.status(socket);
        assertThat(status.path("ledger").path("ring").path("in_ring").asLong()).isEqualTo(3);
        assertThat(StatusTable.of(status))
            .contains("sensor here, eth0, up 1:01:01")
            .contains("ring        kept=10 read=5 dropped=2 in_ring=3");
      }
      assertThatThrownBy(() -> open(socket))
          .hasMessageContaining("another collector answers on it");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void refusesWhatItDoesNotUnderstand() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      assertThat(ask(socket, "nonsense")).contains("not a line of JSON");
      assertThat(ask(socket, "{\"version\":2}")).contains("only protocol version 1");
      assertThat(ask(socket, "{\"version\":1,\"method\":\"x\"}")).contains("unknown method");
      assertThat(ControlClient.status(socket).path("sensor").asString()).isEqualTo("here");
    }
  }

  @Test
  void replacesTheSocketOfADeadCollector() throws Exception {
    Path socket = folder.resolve("c.sock");
    var dead = jnr.unixsocket.UnixServerSocketChannel.open();
    dead.socket().bind(new UnixSocketAddress(socket.toFile()));
    dead.close();
    assertThat(socket).exists();
    try (ControlServer server = open(socket)) {
      server.start();
      assertThat(ControlClient.status(socket).path("sensor").asString()).isEqualTo("here");
    }
  }

  @Test
  void saysThatNobodyAnswers() {
    assertThatThrownBy(() -> ControlClient.status(folder.resolve("none.sock")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot ask the collector on ")
        .hasMessageEndingWith(
            "no collector runs there; start one with --control-socket, or name another");
    assertThatThrownBy(() -> ControlClient.status(folder.resolve("x".repeat(120))))
        .hasMessageContaining("more than the 107 of a socket's path");
  }

  @Test
  void answersLedgerSessionsAndReload() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      assertThat(StatusTable.ledger(ControlClient.ledger(socket)))
          .isEqualTo("ledger\n  ring        kept=10 read=5 dropped=2 in_ring=3\n");
      assertThat(SessionTable.of(ControlClient.sessions(socket, 7)).lines())
          .hasSize(8)
          .anyMatch(line -> line.matches("10\\.0\\.0\\.1:80 +\\[2001:db8.*]:40006 .*7,000.*"));
      assertThatThrownBy(() -> ControlClient.sessions(socket, 100_000))
          .hasMessageContaining("limit is 1 to 1000");
      assertThat(ControlClient.reload(socket).path(0).asString()).isEqualTo("reloaded");
      faulty = true;
      assertThatThrownBy(() -> ControlClient.reload(socket)).hasMessageContaining("no such key");
    }
    assertThat(ledger.get(ControlCounter.CLIENTS)).isEqualTo(5);
    assertThat(ledger.get(ControlCounter.REQUESTS_REFUSED)).isEqualTo(2);
  }

  @Test
  void aRequestIsBoundedInLengthAndTime() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      assertThatThrownBy(() -> ask(socket, "x".repeat(ControlProtocol.MAX_REQUEST_BYTES + 1)))
          .isInstanceOf(IOException.class);
      // One byte now and then does not keep the place.
      long beganNs = System.nanoTime();
      try (UnixSocketChannel slow =
          UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()))) {
        while (ledger.get(ControlCounter.CLIENTS_CUT_OFF) < 2) {
          assertThat(System.nanoTime() - beganNs).isLessThan(20_000_000_000L);
          try {
            slow.write(ByteBuffer.wrap(new byte[] {' '}));
          } catch (IOException e) {
            break;
          }
          Thread.sleep(300);
        }
      }
      awaitCount(ControlCounter.CLIENTS_CUT_OFF, 2);
    }
  }

  @Test
  void thereAreOnlySoManyClients() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      List<UnixSocketChannel> silent = new ArrayList<>();
      for (int i = 0; i < ControlProtocol.MAX_CLIENTS; i++) {
        silent.add(UnixSocketChannel.open(new UnixSocketAddress(socket.toFile())));
      }
      assertThatThrownBy(() -> ControlClient.status(socket))
          .hasMessageContaining("too many clients");
      assertThat(ledger.get(ControlCounter.CLIENTS_TOO_MANY)).isPositive();
      for (UnixSocketChannel channel : silent) {
        channel.close();
      }
      awaitCount(ControlCounter.CLIENTS_CUT_OFF, ControlProtocol.MAX_CLIENTS);
      assertThat(ControlClient.status(socket).path("sensor").asString()).isEqualTo("here");
    }
  }

  @Test
  void followsWhatTheFilterLetsThrough() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      List<String> hosts = new ArrayList<>();
      Thread events = emitter("a.example", "b.example");
      ControlClient.tail(
          socket,
          new TailFilter("A.example", null, null, null, null),
          line -> {
            if (line.has("event")) {
              hosts.add(line.path("event").path("request").path("host").asString());
            }
            return hosts.size() < 5;
          });
      events.interrupt();
      events.join();
      assertThat(hosts).hasSize(5).containsOnly("a.example");
      assertThat(ask(socket, "{\"version\":1,\"method\":\"tail\",\"filter\":{\"status\":\"99\"}}"))
          .contains("\"error\":\"cannot follow status 99");
    }
  }

  /** Who does not read loses events, and then the connection; whoever emits notices nothing. */
  @Test
  void aSlowReaderHoldsUpNobody() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = open(socket)) {
      server.start();
      try (UnixSocketChannel slow =
          UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()))) {
        ControlProtocol.writeLine(slow, "{\"version\":1,\"method\":\"tail\"}");
        long beganNs = System.nanoTime();
        long longestNs = 0;
        while (ledger.get(ControlCounter.TAIL_EVENTS_DROPPED) == 0) {
          assertThat(System.nanoTime() - beganNs).isLessThan(30_000_000_000L);
          for (int i = 0; i < 1_000; i++) {
            long oneNs = System.nanoTime();
            tail.onEvent(TailEvents.ofHost("a.example"));
            longestNs = Math.max(longestNs, System.nanoTime() - oneNs);
          }
          Thread.sleep(10);
        }
        assertThat(longestNs).isLessThan(1_000_000_000L);
        awaitCount(ControlCounter.CLIENTS_CUT_OFF, 1);
      }
    }
  }

  private Thread emitter(String... hosts) {
    return Thread.ofPlatform()
        .start(() -> {
          while (!Thread.interrupted()) {
            for (String host : hosts) {
              tail.onEvent(TailEvents.ofHost(host));
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
          }
        });
  }

  private void awaitCount(ControlCounter counter, long least) throws InterruptedException {
    long deadlineNs = System.nanoTime() + 30_000_000_000L;
    while (ledger.get(counter) < least && System.nanoTime() - deadlineNs < 0) {
      Thread.sleep(10);
    }
    assertThat(ledger.get(counter)).as(counter.name()).isGreaterThanOrEqualTo(least);
  }

  private ControlServer open(Path socket) throws IOException {
    return ControlServer.open(socket, this, tail, "here", ledger);
  }

  @Override
  public ObjectNode status() {
    return report();
  }

  @Override
  public ArrayNode sessions(int limit) {
    List<Session> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < limit; i++) {
        sessions.add(
            new Session(
                SessionKey.of(
                    InetAddress.getByName("10.0.0.1"),
                    80,
                    InetAddress.getByName("2001:db8::1"),
                    40_000 + i),
                true,
                1,
                2,
                i,
                1_000L * (i + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SessionList.of(sessions, 5_000_000_000L);
  }

  @Override
  public List<String> reload() {
    if (faulty) {
      throw new IllegalArgumentException("cannot use x = 1: there is no such key");
    }
    return List.of("reloaded");
  }

  private static ObjectNode report() {
    Map<String, Long> out = new LinkedHashMap<>();
    out.put("read", 5L);
    out.put("dropped", 2L);
    return new StatusReport("1", "here", "eth0", 3661)
        .add(new Identity("ring", "kept", 10, out, "in_ring", "frames"))
        .toJson();
  }

  private static String ask(Path socket, String line) throws IOException {
    try (UnixSocketChannel channel =
        UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()))) {
      ControlProtocol.writeLine(channel, line);
      return ControlProtocol.readLine(channel, 10_000, 10_000);
    }
  }
}
