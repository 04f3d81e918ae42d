package io.sluice.collector.control;

import static io.sluice.collector.control.ControlProtocol.JSON;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
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
 * Answers on the control socket: a thread for each client, up to {@link
 * ControlProtocol#MAX_CLIENTS}. One that neither writes nor reads for two seconds is cut off. Only
 * root, the socket's owner and its group are answered.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final Path path;
  private final UnixServerSocketChannel server;
  private final Peer allowed;
  private final ControlRequests requests;
  private final TailStream tail;
  private final ControlLedger ledger;
  private final Semaphore free = new Semaphore(ControlProtocol.MAX_CLIENTS);
  private volatile boolean closed;

  private ControlServer(
      Path path,
      UnixServerSocketChannel server,
      Peer allowed,
      ControlRequests requests,
      TailStream tail,
      ControlLedger ledger) {
    this.path = path;
    this.server = server;
    this.allowed = allowed;
    this.requests = requests;
    this.tail = tail;
    this.ledger = ledger;
  }

  /**
   * Makes the socket, on which clients wait until {@link #start}.
   *
   * @param sensor named in the events that clients follow
   * @throws IOException where the socket cannot be made, or a collector answers on it already
   */
  public static ControlServer open(
      Path path, ControlRequests requests, EventTail tail, String sensor, ControlLedger ledger)
      throws IOException {
    ControlProtocol.requireShort(path);
    removeStale(path);
    UnixServerSocketChannel server = UnixServerSocketChannel.open();
    try {
      server.socket().bind(new UnixSocketAddress(path.toFile()));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
      return new ControlServer(
          path, server, Peer.ofFile(path), requests, new TailStream(tail, sensor, ledger), ledger);
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
  }

  /** Starts to answer, on threads that have the privileges of the calling one. */
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
      try {
        UnixSocketChannel client = server.accept();
        if (client != null) {
          receive(client);
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("a control client went away", e);
      }
    }
  }

  private void receive(UnixSocketChannel client) throws IOException {
    if (closed) {
      client.close();
    } else if (free.tryAcquire()) {
      Thread.ofPlatform().name("control-client").daemon().start(() -> converse(client));
    } else {
      try (client) {
        ledger.increment(ControlCounter.CLIENTS_TOO_MANY);
        // Into a buffer that is empty: nothing to wait for.
        ControlProtocol.writeLine(client, error("too many clients; try again later").toString());
      }
    }
  }

  private void converse(UnixSocketChannel client) {
    try (client) {
      client.setOption(UnixSocketOptions.SO_RCVTIMEO, ControlProtocol.TIMEOUT_MS);
      client.setOption(UnixSocketOptions.SO_SNDTIMEO, ControlProtocol.TIMEOUT_MS);
      if (!allowed.mayUse(client)) {
        ledger.increment(ControlCounter.CLIENTS_REFUSED);
        ControlProtocol.writeLine(
            client, error("only root and the socket's owner and group are answered").toString());
        return;
      }
      String line =
          ControlProtocol.readLine(
              client, ControlProtocol.MAX_REQUEST_BYTES, ControlProtocol.TIMEOUT_MS);
      answer(client, line);
      ledger.increment(ControlCounter.CLIENTS);
    } catch (IOException e) {
      ledger.increment(ControlCounter.CLIENTS_CUT_OFF);
      LOG.debug("a control client was cut off", e);
    } catch (RuntimeException e) {
      LOG.warn("cannot answer a control client: {}", e.toString());
    } finally {
      free.release();
    }
  }

  private void answer(UnixSocketChannel client, String line) throws IOException {
    JsonNode request = null;
    ObjectNode answer;
    try {
      request = JSON.readTree(line);
      answer =
          request.path("version").asInt(0) == ControlProtocol.VERSION
              ? answer(request)
              : error("only protocol version " + ControlProtocol.VERSION + " is spoken here");
    } catch (JacksonException e) {
      answer = error("the request is not a line of JSON");
    } catch (IllegalArgumentException e) {
      answer = error(e.getMessage());
    }
    if (answer.has("error")) {
      ledger.increment(ControlCounter.REQUESTS_REFUSED);
    }
    ControlProtocol.writeLine(client, answer.toString());
    if (answer.path("result").path("following").asBoolean(false)) {
      tail.follow(
          client,
          TailFilter.of(request.path("filter")),
          request.path("limit").asLong(0),
          () -> closed);
    }
  }

  private ObjectNode answer(JsonNode request) {
    ObjectNode answer = ControlProtocol.line();
    switch (request.path("method").asString("")) {
      case "status" -> answer.set("result", requests.status());
      case "ledger" -> answer.putObject("result").set("ledger", requests.status().get("ledger"));
      case "sessions" ->
          answer.putObject("result").set("sessions", requests.sessions(limit(request)));
      case "tail" ->
          answer
              .putObject("result")
              .put("following", true)
              .set("filter", TailFilter.of(request.path("filter")).toJson());
      case "reload" -> {
        var done = answer.putObject("result").putArray("done");
        requests.reload().forEach(done::add);
      }
      default -> {
        return error("unknown method; known: status, ledger, sessions, tail, reload");
      }
    }
    return answer;
  }

  private static int limit(JsonNode request) {
    int limit = request.path("limit").asInt(20);
    if (limit < 1 || limit > ControlProtocol.MAX_SESSIONS) {
      throw new IllegalArgumentException("limit is 1 to " + ControlProtocol.MAX_SESSIONS);
    }
    return limit;
  }

  private static ObjectNode error(String text) {
    return ControlProtocol.line().put("error", text);
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
      // Answers that are being made read what is closed next.
      if (!free.tryAcquire(
          ControlProtocol.MAX_CLIENTS,
          2L * ControlProtocol.TIMEOUT_MS,
          java.util.concurrent.TimeUnit.MILLISECONDS)) {
        LOG.debug("a control client is still there");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Files.deleteIfExists(path);
    } catch (AccessDeniedException e) {
      // Made by root, who this process is no more; the next one to start finds that nobody answers.
      LOG.debug("left the control socket behind", e);
    }
  }
}
