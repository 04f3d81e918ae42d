package io.sluice.kernelfilter.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** IPv4 frames between two fixed ends, with a TCP timestamp option as real ones have. */
final class BenchFrame {
  static final int HEADER_BYTES = 14 + 20 + 32;
  private static final int FIRST_CLIENT = 0x0b000000;
  private static final int CLIENT = 0x0a010203;
  private static final int SERVER = 0x0a090807;
  private static final int UDP = 17;
  private static final int TCP = 6;

  private BenchFrame() {}

  static byte[] tcp(boolean fromClient, int clientPort, int sequence, int flags, byte[] payload) {
    return build(CLIENT, fromClient, clientPort, TCP, sequence, flags, payload);
  }

  /** A frame of one of 16 million clients. */
  static byte[] ofClient(int client, boolean fromClient, int sequence, int flags, byte[] payload) {
    return build(FIRST_CLIENT + client, fromClient, 40_000, TCP, sequence, flags, payload);
  }

  static byte[] udp(byte[] payload) {
    return build(CLIENT, true, 40_000, UDP, 0, 0, payload);
  }

  /** A request whose head has this many bytes. */
  static byte[] request(int bytes) {
    String start = "GET /index.html?id=4711 HTTP/1.1\r\nHost: www.example.test\r\n";
    String fields =
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0\r\n"
            + "Accept: text/html,application/xhtml+xml\r\nAccept-Language: en-US\r\n"
            + "Accept-Encoding: gzip\r\nConnection: keep-alive\r\nCookie: ";
    String end = "\r\n\r\n";
    int filler = bytes - start.length() - fields.length() - end.length();
    return (start + fields + "c".repeat(filler) + end).getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] responseHead(long contentLength) {
    return ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
            + contentLength
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] build(
      int client,
      boolean fromClient,
      int clientPort,
      int protocol,
      int sequence,
      int flags,
      byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    frame.put(new byte[12]).putShort((short) 0x0800);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (HEADER_BYTES - 14 + payload.length));
    frame.putInt(0x00014000).put((byte) 64).put((byte) protocol).putShort((short) 0);
    frame.putInt(fromClient ? client : SERVER).putInt(fromClient ? SERVER : client);
    frame.putShort((short) (fromClient ? clientPort : 80));
    frame.putShort((short) (fromClient ? 80 : clientPort));
    frame.putInt(sequence).putInt(1).put((byte) (8 << 4)).put((byte) flags);
    frame.putShort((short) 1024).putInt(0).put(new byte[12]).put(payload);
    return frame.array();
  }
}
