package io.sluice.collector.control;

import static io.sluice.collector.control.ControlProtocol.JSON;

import java.io.IOException;
import java.nio.file.Path;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks a running collector. Any thread. */
public final class ControlClient {
  private ControlClient() {}

  /**
   * The collector's status; {@link StatusTable} prints it.
   *
   * @throws IOException with one clear line where no collector answers
   */
  public static JsonNode status(Path socket) throws IOException {
    ControlProtocol.requireShort(socket);
    String answer;
    try (UnixSocketChannel channel =
        UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()))) {
      channel.setOption(UnixSocketOptions.SO_RCVTIMEO, ControlProtocol.TIMEOUT_MS);
      ControlProtocol.writeLine(
          channel,
          JSON.createObjectNode()
              .put("version", ControlProtocol.VERSION)
              .put("method", "status")
              .toString());
      answer = ControlProtocol.readLine(channel, ControlProtocol.MAX_RESPONSE_BYTES);
    } catch (IOException e) {
      throw new IOException(
          "cannot ask the collector on "
              + socket
              + ": "
              + e.getMessage()
              + "; is it running, and may you open the socket?",
          e);
    }
    try {
      JsonNode response = JSON.readTree(answer);
      if (response.path("result").isObject()) {
        return response.path("result");
      }
      throw new IOException(
          "cannot ask the collector on "
              + socket
              + ": "
              + response.path("error").asString("no result")
              + "; use the sluice of the same version");
    } catch (JacksonException e) {
      throw new IOException(
          "cannot ask the collector on " + socket + ": not JSON; is it a collector's socket?", e);
    }
  }
}
