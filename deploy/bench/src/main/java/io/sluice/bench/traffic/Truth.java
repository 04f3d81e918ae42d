package io.sluice.bench.traffic;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * Writes what a sensor should see: a JSON line per exchange, in the shape of the event. The
 * generator makes only targets and hosts that need no escaping.
 */
final class Truth implements Closeable {
  private final Writer out;
  private long exchanges;

  /**
   * @param out null to only count
   */
  Truth(Writer out) {
    this.out = out;
  }

  void add(Address client, int clientPort, Address server, int serverPort, Exchange exchange) {
    exchanges++;
    if (out == null) {
      return;
    }
    StringBuilder line = new StringBuilder(400);
    line.append("{\"flow\":{\"client_ip\":\"").append(client);
    line.append("\",\"client_port\":").append(clientPort);
    line.append(",\"server_ip\":\"").append(server);
    line.append("\",\"server_port\":").append(serverPort);
    line.append("},\"request\":{\"method\":\"").append(exchange.method());
    line.append("\",\"target\":\"").append(exchange.target());
    line.append("\",\"host\":\"").append(exchange.host());
    line.append("\",\"header_bytes\":").append(exchange.requestHeaderBytes());
    line.append(",\"body_bytes\":").append(exchange.requestBodyBytes());
    line.append("},\"response\":");
    if (exchange.status() == 0) {
      line.append("null");
    } else {
      line.append("{\"status\":").append(exchange.status());
      line.append(",\"header_bytes\":").append(exchange.responseHeaderBytes());
      line.append(",\"body_bytes\":").append(exchange.responseBodyBytes()).append('}');
    }
    line.append(",\"depth\":").append(exchange.depth()).append("}\n");
    try {
      out.append(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long exchanges() {
    return exchanges;
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
