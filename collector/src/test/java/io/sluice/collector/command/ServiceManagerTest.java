package io.sluice.collector.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceManagerTest {
  @TempDir Path folder;

  @Test
  void tellsASocketInTheFileSystem() throws Exception {
    String path = folder.resolve("notify").toString();
    tells(path, path);
  }

  @Test
  void tellsAnAbstractSocket() throws Exception {
    String name = "sluice-test-" + ProcessHandle.current().pid();
    tells("@" + name, "\0" + name);
  }

  private static void tells(String variable, String name) throws Exception {
    try (UnixDatagramChannel receiver = bind(name)) {
      try (ServiceManager manager = ServiceManager.open(Map.of("NOTIFY_SOCKET", variable))) {
        manager.ready("collecting from eth0");
        manager.feed(Duration.ZERO);
        manager.stopping();
      }
      assertThat(received(receiver))
          .containsExactly("READY=1\nSTATUS=collecting from eth0", "STOPPING=1\nSTATUS=draining");
    }
  }

  @Test
  void feedsTheWatchdogOnlyWhileTheWorkGoesOn() throws Exception {
    String path = folder.resolve("notify").toString();
    try (UnixDatagramChannel receiver = bind(path);
        ServiceManager manager =
            ServiceManager.open(
                Map.of(
                    "NOTIFY_SOCKET",
                    path,
                    "WATCHDOG_USEC",
                    "150000",
                    "WATCHDOG_PID",
                    "" + ProcessHandle.current().pid()))) {
      manager.feed(Duration.ZERO);
      assertThat(received(receiver)).as("not yet").isEmpty();
      Thread.sleep(60);
      manager.feed(Duration.ofSeconds(1));
      assertThat(received(receiver)).as("a worker stands still").isEmpty();
      manager.feed(Duration.ofMillis(10));
      assertThat(received(receiver)).containsExactly("WATCHDOG=1");
      manager.feed(Duration.ofMillis(10));
      assertThat(received(receiver)).as("too often").isEmpty();
    }
  }

  @Test
  void withoutAManagerItDoesNothing() throws Exception {
    for (String socket : List.of("", "relative", "vsock:2:1234")) {
      try (ServiceManager manager = ServiceManager.open(Map.of("NOTIFY_SOCKET", socket))) {
        manager.ready("x");
        manager.feed(Duration.ZERO);
        manager.stopping();
      }
    }
    // One that has gone costs a line in the log, no more.
    String gone = folder.resolve("gone").toString();
    try (ServiceManager manager = ServiceManager.open(Map.of("NOTIFY_SOCKET", gone))) {
      manager.ready("x");
    }
    Map<String, String> ofAnother =
        Map.of("NOTIFY_SOCKET", gone, "WATCHDOG_USEC", "1", "WATCHDOG_PID", "1");
    try (ServiceManager manager = ServiceManager.open(ofAnother)) {
      manager.feed(Duration.ZERO);
    }
  }

  static UnixDatagramChannel bind(String name) throws IOException {
    UnixDatagramChannel channel = UnixDatagramChannel.open();
    channel.bind(new UnixSocketAddress(new File(name)));
    channel.configureBlocking(false);
    return channel;
  }

  static List<String> received(UnixDatagramChannel channel) throws IOException {
    List<String> all = new ArrayList<>();
    while (true) {
      ByteBuffer datagram = ByteBuffer.allocate(4096);
      try {
        if (channel.receive(datagram) == null || datagram.position() == 0) {
          return all;
        }
      } catch (IOException e) {
        return all;
      }
      all.add(new String(datagram.array(), 0, datagram.position(), UTF_8));
    }
  }
}
