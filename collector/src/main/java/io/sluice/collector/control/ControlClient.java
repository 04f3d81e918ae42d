package io.sluice.collector.control;

import static io.sluice.collector.control.ControlProtocol.JSON;

import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks a running collector. Any thread. All methods throw one clear line where none answers. */
public final class ControlClient {
  /** A walk of full maps, or a reload, takes longer than a status. */
  private static final int PATIENCE_MS = 15_000;

  private ControlClient() {}

  /** The collector's status; {@link StatusTable} prints it. */
  public static JsonNode status(Path socket) throws IOException {
    return ask(socket, request("status"));
  }

  /** The ledger alone. */
  public static JsonNode ledger(Path socket) throws IOException {
    return ask(socket, request("ledger"));
  }

  /** The sessions with most bytes. */
  public static JsonNode sessions(Path socket, int limit) throws IOException {
    return ask(socket, request("sessions").put("limit", limit)).path("sessions");
  }

  /** Makes the collector read its configuration again; says what it did. */
  public static JsonNode reload(Path socket) throws IOException {
    return ask(socket, request("reload")).path("done");
  }

  /**
   * Follows the events that the filter lets through.
   *
   * @param lines takes each line behind the answer, with {@code event} or with {@code sent} and
   *     {@code dropped}; false ends it
   */
  public static void tail(Path socket, TailFilter filter, Predicate<JsonNode> lines)
      throws IOException {
    ObjectNode request = request("tail");
    request.set("filter", filter.toJson());
    try (UnixSocketChannel channel = connect(socket)) {
      Lines from = new Lines(channel);
      send(socket, channel, request);
      result(socket, from.next());
      for (String line = from.next(); line != null && lines.test(json(socket, line)); ) {
        line = from.next();
      }
    }
  }

  private static ObjectNode request(String method) {
    return ControlProtocol.line().put("method", method);
  }

  private static JsonNode ask(Path socket, ObjectNode request) throws IOException {
    try (UnixSocketChannel channel = connect(socket)) {
      send(socket, channel, request);
      String answer;
      try {
        answer = ControlProtocol.readLine(channel, ControlProtocol.MAX_RESPONSE_BYTES, PATIENCE_MS);
      } catch (IOException e) {
        throw failure(socket, e.getMessage() + "; is it a collector's socket?", e);
      }
      return result(socket, answer);
    }
  }

  private static UnixSocketChannel connect(Path socket) throws IOException {
    ControlProtocol.requireShort(socket);
    if (!Files.exists(socket)) {
      throw failure(
          socket,
          "no collector runs there; start one with --control-socket, or name another",
          null);
    }
    try {
      UnixSocketChannel channel = UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()));
      channel.setOption(UnixSocketOptions.SO_RCVTIMEO, PATIENCE_MS);
      return channel;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw failure(
          socket,
          message.contains("refused")
              ? "no collector runs there any more; start it"
              : message + "; run this as root, or as the socket's owner or group",
          e);
    }
  }

  private static void send(Path socket, UnixSocketChannel channel, ObjectNode request)
      throws IOException {
    try {
      ControlProtocol.writeLine(channel, request.toString());
    } catch (IOException e) {
      // It may have said why, and closed: the answer tells.
      if (!channel.isConnected()) {
        throw failure(socket, e.getMessage() + "; try again", e);
      }
    }
  }

  private static JsonNode result(Path socket, String answer) throws IOException {
    if (answer == null) {
      throw failure(socket, "it said nothing; try again", null);
    }
    JsonNode response = json(socket, answer);
    if (response.path("result").isObject()) {
      return response.path("result");
    }
    throw failure(socket, SafeText.clean(response.path("error").asString("no result")), null);
  }

  private static JsonNode json(Path socket, String line) throws IOException {
    try {
      return JSON.readTree(line);
    } catch (JacksonException e) {
      throw failure(socket, "not JSON; is it a collector's socket?", e);
    }
  }

  private static IOException failure(Path socket, String causeAndRemedy, Exception cause) {
    return new IOException("cannot ask the collector on " + socket + ": " + causeAndRemedy, cause);
  }

  /** Lines of a channel, one after the other. */
  private static final class Lines {
    private final UnixSocketChannel channel;
    private ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();

    Lines(UnixSocketChannel channel) {
      this.channel = channel;
    }

    /** Null at the end. */
    String next() throws IOException {
      int from = 0;
      while (true) {
        for (int i = from; i < bytes.limit(); i++) {
          if (bytes.get(i) == '\n') {
            String line = new String(bytes.array(), 0, i, StandardCharsets.UTF_8);
            bytes.position(i + 1);
            bytes.compact().flip();
            return line;
          }
        }
        from = bytes.limit();
        if (from == bytes.capacity()) {
          if (from >= ControlProtocol.MAX_EVENT_BYTES) {
            throw new IOException("cannot follow events: a line is too long; report it");
          }
          bytes = ByteBuffer.allocate(2 * from).put(bytes).flip();
        }
        bytes.position(from).limit(bytes.capacity());
        int read = channel.read(bytes);
        bytes.limit(bytes.position()).position(0);
        if (read <= 0) {
          return null;
        }
      }
    }
  }
}
