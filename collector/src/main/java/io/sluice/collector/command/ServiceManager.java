package io.sluice.collector.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a service manager such as systemd what this process is at: the protocol of sd_notify(3), a
 * datagram to the unix socket that {@code NOTIFY_SOCKET} names (an abstract one where it begins
 * with {@code @}). Without one it does nothing. One thread.
 */
final class ServiceManager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

  private final UnixDatagramChannel channel;
  private final UnixSocketAddress receiver;
  private final Duration watchdog;
  private long fedNs = System.nanoTime();

  private ServiceManager(
      UnixDatagramChannel channel, UnixSocketAddress receiver, Duration watchdog) {
    this.channel = channel;
    this.receiver = receiver;
    this.watchdog = watchdog;
  }

  /** Opened before privileges are given up, so that nothing of it is loaded later. */
  static ServiceManager open(Map<String, String> environment) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (!socket.startsWith("/") && !socket.startsWith("@")) {
      return new ServiceManager(null, null, null);
    }
    try {
      UnixDatagramChannel channel = UnixDatagramChannel.open();
      // A manager that does not read shall hold up nobody.
      channel.configureBlocking(false);
      String name = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
      return new ServiceManager(
          channel, new UnixSocketAddress(new File(name)), watchdog(environment));
    } catch (IOException e) {
      LOG.warn("cannot tell the service manager: {}; look at NOTIFY_SOCKET", e.getMessage());
      return new ServiceManager(null, null, null);
    }
  }

  /** Null for none, or one that is meant for another process. */
  private static Duration watchdog(Map<String, String> environment) {
    String pid = environment.get("WATCHDOG_PID");
    if (pid != null && !pid.equals(String.valueOf(ProcessHandle.current().pid()))) {
      return null;
    }
    try {
      long us = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return us > 0 ? Duration.ofNanos(Math.multiplyExact(us, 1000)) : null;
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  void stopping() {
    send("STOPPING=1\nSTATUS=draining");
  }

  /**
   * Feeds the watchdog, thrice in its interval at most, where the work goes on. Called often.
   *
   * @param standstill since when the slowest of those who work has not moved
   */
  void feed(Duration standstill) {
    if (watchdog == null) {
      return;
    }
    long everyNs = watchdog.toNanos() / 3;
    if (System.nanoTime() - fedNs >= everyNs && standstill.toNanos() < everyNs) {
      fedNs = System.nanoTime();
      send("WATCHDOG=1");
    }
  }

  private void send(String state) {
    if (channel == null) {
      return;
    }
    try {
      channel.send(ByteBuffer.wrap(state.getBytes(UTF_8)), receiver);
    } catch (IOException e) {
      LOG.warn("cannot tell the service manager {}: {}", state.lines().findFirst(), e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
