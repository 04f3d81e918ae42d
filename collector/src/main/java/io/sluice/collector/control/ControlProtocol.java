package io.sluice.collector.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is spoken on the control socket: one line of JSON each way, {@code
 * {"version":1,"method":"status"}} and {@code {"version":1,"result":{...}}} or {@code
 * {"version":1,"error":"..."}}.
 */
final class ControlProtocol {
  static final int VERSION = 1;
  static final int MAX_REQUEST_BYTES = 4096;
  static final int MAX_RESPONSE_BYTES = 1 << 20;
  static final int TIMEOUT_MS = 2000;
  static final JsonMapper JSON = JsonMapper.shared();

  /** The room for a path in struct sockaddr_un, less its end. */
  private static final int MAX_PATH_BYTES = 107;

  private ControlProtocol() {}

  /** Reads up to the first line feed; throws where there is none within the limit. */
  static String readLine(ReadableByteChannel channel, int maxBytes) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(maxBytes);
    while (line.hasRemaining() && channel.read(line) > 0) {
      if (line.get(line.position() - 1) == '\n') {
        return new String(line.array(), 0, line.position() - 1, StandardCharsets.UTF_8);
      }
    }
    throw new IOException("no whole line came");
  }

  static void writeLine(WritableByteChannel channel, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
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
