package io.sluice.collector.control;

import static io.sluice.collector.control.ControlProtocol.JSON;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers on the control socket, one client at a time on a thread of its own; a slow client is cut
 * off after two seconds. Only the socket's owner and group may connect.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final Path path;
  private final UnixServerSocketChannel server;
  private final Supplier<ObjectNode> status;
  private volatile boolean closed;

  private ControlServer(Path path, UnixServerSocketChannel server, Supplier<ObjectNode> status) {
    this.path = path;
    this.server = server;
    this.status = status;
  }

  /**
   * Makes the socket, on which clients wait until {@link #start}.
   *
   * @param status called on the server's thread
   * @throws IOException where the socket cannot be made, or a collector answers on it already
   */
  public static ControlServer open(Path path, Supplier<ObjectNode> status) throws IOException {
    ControlProtocol.requireShort(path);
    removeStale(path);
    UnixServerSocketChannel server = UnixServerSocketChannel.open();
    try {
      server.socket().bind(new UnixSocketAddress(path.toFile()));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    } catch (IOException e) {
      server.close();
      throw new IOException(
          "cannot listen on control socket "
              + path
              + ": "
              + e.getMessage()
              + "; check its folder or give another --control-socket",
          e);
    }
    return new ControlServer(path, server, status);
  }

  /** Starts to answer, on a thread that has the privileges of the calling one. */
  public void start() {
    Thread.ofPlatform().name("control").daemon().start(this::serve);
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (answers(path)) {
      throw new IOException(
          "cannot listen on control socket "
              + path
              + ": another collector answers on it; stop that one or give another"
              + " --control-socket");
    }
    Files.delete(path);
  }

  /** A collector that was killed leaves its socket behind; nobody answers on it. */
  private static boolean answers(Path path) {
    try (UnixSocketChannel other = UnixSocketChannel.open(new UnixSocketAddress(path.toFile()))) {
      return other.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void serve() {
    while (!closed) {
      try (UnixSocketChannel client = server.accept()) {
        if (client != null && !closed) {
          client.setOption(UnixSocketOptions.SO_RCVTIMEO, ControlProtocol.TIMEOUT_MS);
          client.setOption(UnixSocketOptions.SO_SNDTIMEO, ControlProtocol.TIMEOUT_MS);
          String request = ControlProtocol.readLine(client, ControlProtocol.MAX_REQUEST_BYTES);
          ControlProtocol.writeLine(client, answer(request));
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("a control client went away", e);
      }
    }
  }

  private String answer(String request) {
    ObjectNode answer = JSON.createObjectNode().put("version", ControlProtocol.VERSION);
    try {
      JsonNode asked = JSON.readTree(request);
      if (asked.path("version").asInt(0) != ControlProtocol.VERSION) {
        answer.put("error", "only protocol version " + ControlProtocol.VERSION + " is spoken here");
      } else if (asked.path("method").asString("").equals("status")) {
        answer.set("result", status.get());
      } else {
        answer.put("error", "unknown method; known: status");
      }
    } catch (JacksonException e) {
      answer.put("error", "the request is not a line of JSON");
    }
    return answer.toString();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    // A thread in accept is only woken by a client.
    try (UnixSocketChannel wake = UnixSocketChannel.open(new UnixSocketAddress(path.toFile()))) {
      LOG.trace("woke {}", wake);
    } catch (IOException e) {
      LOG.trace("nothing to wake", e);
    }
    server.close();
    try {
      Files.deleteIfExists(path);
    } catch (AccessDeniedException e) {
      // Made by root, who this process is no more; the next one to start finds that nobody answers.
      LOG.debug("left the control socket behind", e);
    }
  }
}
