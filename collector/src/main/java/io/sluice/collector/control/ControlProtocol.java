package io.sluice.collector.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is spoken on the control socket: lines of JSON. A client sends one, {@code
 * {"version":1,"method":"status"}}, and gets one, {@code {"version":1,"result":{...}}} or {@code
 * {"version":1,"error":"..."}}. Behind the answer to {@code tail} come lines with {@code event},
 * and every second one with {@code sent} and {@code dropped}. The operations guide has it all.
 */
final class ControlProtocol {
  static final int VERSION = 1;
  static final int MAX_CLIENTS = 16;
  static final int MAX_SESSIONS = 1000;
  static final int MAX_REQUEST_BYTES = 4096;
  static final int MAX_RESPONSE_BYTES = 1 << 20;

  /** A URL of the greatest length there is, several times over, and all headers. */
  static final int MAX_EVENT_BYTES = 1 << 24;

  /** For a request to come, and for an answer to be read. */
  static final int TIMEOUT_MS = 2000;

  static final JsonMapper JSON = JsonMapper.shared();

  /** The room for a path in struct sockaddr_un, less its end. */
  private static final int MAX_PATH_BYTES = 107;

  private ControlProtocol() {}

  /** Something to which fields are added. */
  static ObjectNode line() {
    return JSON.createObjectNode().put("version", VERSION);
  }

  /** Reads up to the first line feed; throws where there is none within the limit and the time. */
  static String readLine(ReadableByteChannel channel, int maxBytes, long timeoutMs)
      throws IOException {
    long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
    ByteBuffer line = ByteBuffer.allocate(maxBytes);
    while (line.hasRemaining() && System.nanoTime() - deadlineNs < 0 && channel.read(line) > 0) {
      if (line.get(line.position() - 1) == '\n') {
        return new String(line.array(), 0, line.position() - 1, StandardCharsets.UTF_8);
      }
    }
    throw new IOException("no whole line came");
  }

  static void writeLine(WritableByteChannel channel, String line) throws IOException {
    write(channel, ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** Throws where the other end takes nothing for as long as the channel waits. */
  static void write(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) <= 0) {
        throw new IOException("the other end does not read");
      }
    }
  }

  static void requireShort(Path socket) throws IOException {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw new IOException(
          "cannot use control socket %s: %d bytes, more than the %d of a socket's path; give a shorter one"
              .formatted(socket, length, MAX_PATH_BYTES));
    }
  }
}
