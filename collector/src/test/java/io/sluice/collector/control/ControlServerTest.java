package io.sluice.collector.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ControlServerTest {
  @TempDir Path folder;

  @Test
  void answersStatus() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = ControlServer.open(socket, ControlServerTest::report)) {
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
      assertThatThrownBy(() -> ControlServer.open(socket, ControlServerTest::report))
          .hasMessageContaining("another collector answers on it");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void refusesWhatItDoesNotUnderstand() throws Exception {
    Path socket = folder.resolve("c.sock");
    try (ControlServer server = ControlServer.open(socket, ControlServerTest::report)) {
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
    try (ControlServer server = ControlServer.open(socket, ControlServerTest::report)) {
      server.start();
      assertThat(ControlClient.status(socket).path("sensor").asString()).isEqualTo("here");
    }
  }

  @Test
  void saysThatNobodyAnswers() {
    assertThatThrownBy(() -> ControlClient.status(folder.resolve("none.sock")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot ask the collector on ")
        .hasMessageEndingWith("is it running, and may you open the socket?");
    assertThatThrownBy(() -> ControlClient.status(folder.resolve("x".repeat(120))))
        .hasMessageContaining("more than the 107 of a socket's path");
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
      return ControlProtocol.readLine(channel, 10_000);
    }
  }
}
