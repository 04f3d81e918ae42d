package io.sluice.kernelfilter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A random connection of HTTP/1.1 exchanges, of which is known byte by byte what is body; cut into
 * segments at random, sent again, and sent out of order.
 */
final class Conversation {
  /** How much goes wrong. */
  record Mix(
      int exchanges,
      int smallBody,
      int largeBody,
      int largePercent,
      int splitPercent,
      int oddPercent,
      int disorderPercent,
      boolean pipelined) {}

  /** One segment; offset is that of its first byte in its direction's stream. */
  record Segment(boolean fromClient, int offset, byte[] payload) {}

  private static final int CLIENT_ISN = 0xffff_ff00;
  private static final int SERVER_ISN = 0x7fff_f000;
  private static final int MSS = 1_448;
  private static final String[] TYPES = {"text/html", "application/json"};

  final ByteArrayOutputStream client = new ByteArrayOutputStream();
  final ByteArrayOutputStream server = new ByteArrayOutputStream();
  final BitSet clientBody = new BitSet();
  final BitSet serverBody = new BitSet();
  final List<Segment> segments = new ArrayList<>();

  private final Random random;
  private final Mix mix;
  private final String clientAddress;
  private final int clientPort;

  Conversation(Random random, Mix mix) {
    this.random = random;
    this.mix = mix;
    clientAddress = "10." + random.nextInt(250) + "." + random.nextInt(250) + ".9";
    clientPort = 1_024 + random.nextInt(60_000);
    int clientSent = 0;
    int serverSent = 0;
    for (int i = 0; i < mix.exchanges; i++) {
      exchange();
      if (!mix.pipelined || i % 3 == 2 || i == mix.exchanges - 1) {
        cut(true, client.toByteArray(), clientSent);
        cut(false, server.toByteArray(), serverSent);
        clientSent = client.size();
        serverSent = server.size();
      }
    }
    disorder();
  }

  byte[] frame(Segment segment) {
    Frames frame =
        segment.fromClient
            ? Frames.tcp().between(clientAddress, clientPort, Frames.SERVER, 8_080)
            : Frames.tcp().between(Frames.SERVER, 8_080, clientAddress, clientPort);
    return frame
        .sequence((segment.fromClient ? CLIENT_ISN : SERVER_ISN) + segment.offset)
        .tcpOptions(3)
        .payload(segment.payload)
        .build();
  }

  /** Whether every byte of the segment's payload from there on is body. */
  boolean isBody(Segment segment, int from) {
    BitSet body = segment.fromClient ? clientBody : serverBody;
    return body.nextClearBit(segment.offset + from) >= segment.offset + segment.payload.length;
  }

  private boolean percent(int share) {
    return random.nextInt(100) < share;
  }

  private void exchange() {
    boolean odd = percent(mix.oddPercent);
    int oddity = odd ? random.nextInt(11) : -1;
    boolean posts = percent(20);
    String method = oddity == 0 ? "HEAD" : oddity == 1 ? "CONNECT" : posts ? "POST" : "GET";
    StringBuilder head = new StringBuilder(method);
    head.append(oddity == 1 ? " host:443" : " /path/" + "p".repeat(random.nextInt(200)));
    head.append(" HTTP/1.1\r\nHost: example.test\r\nCookie: ");
    head.append("c".repeat(random.nextInt(500))).append("\r\n");
    if (oddity == 2) {
      head.append("Upgrade: h2c\r\n");
    }
    if (posts && oddity > 1 || posts && !odd) {
      byte[] body = body();
      head.append(percent(50) ? "Content-Length: " : "content-length:").append(body.length);
      head.append("\r\n\r\n");
      put(client, head.toString());
      putBody(client, clientBody, body);
    } else {
      put(client, head.append("\r\n").toString());
    }
    if (oddity == 3) {
      put(server, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    respond(oddity);
  }

  private void respond(int oddity) {
    byte[] body = body();
    String status =
        switch (oddity) {
          case 2 -> "101 Switching Protocols";
          case 4 -> "204 No Content";
          case 5 -> "304 Not Modified";
          default -> "200 OK";
        };
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\nContent-Type: ");
    head.append(TYPES[random.nextInt(2)]).append("\r\n");
    boolean bodiless = oddity >= 0 && oddity <= 2 || oddity == 4 || oddity == 5;
    if (bodiless) {
      // These have the field of a body that does not come.
      if (oddity == 0 || oddity == 5) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      put(server, head.append("\r\n").toString());
    } else if (oddity == 6) {
      head.append("Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n");
      put(server, head.toString());
      putChunks(body);
    } else if (oddity == 7) {
      head.append("Content-Length: ").append(body.length).append("\r\nContent-Length: 3\r\n\r\n");
      put(server, head.toString());
      putBody(server, serverBody, body);
    } else if (percent(40)) {
      head.append(percent(50) ? "Transfer-Encoding: chunked" : "transfer-encoding: Chunked");
      put(server, head.append("\r\n\r\n").toString());
      putChunks(body);
    } else {
      head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
      put(server, head.toString());
      putBody(server, serverBody, body);
    }
  }

  /** Bodies that look like messages here and there. */
  private byte[] body() {
    int length =
        percent(mix.largePercent)
            ? mix.largeBody / 2 + random.nextInt(mix.largeBody)
            : 200 + random.nextInt(mix.smallBody);
    byte[] body = new byte[length];
    random.nextBytes(body);
    byte[] fake =
        "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < length / 5_000; i++) {
      int at = random.nextInt(length - fake.length);
      System.arraycopy(fake, 0, body, at, fake.length);
    }
    return body;
  }

  private void putChunks(byte[] body) {
    int at = 0;
    while (at < body.length) {
      int size = Math.min(body.length - at, 1 + random.nextInt(percent(20) ? 60 : 9_000));
      put(
          server,
          Integer.toHexString(size)
              + (percent(10) ? ";x=" + "y".repeat(random.nextInt(60)) : "")
              + "\r\n");
      serverBody.set(server.size(), server.size() + size);
      server.write(body, at, size);
      put(server, "\r\n");
      at += size;
    }
    put(server, percent(20) ? "0\r\nX-Sum: 1\r\n\r\n" : "0\r\n\r\n");
  }

  private static void put(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void putBody(ByteArrayOutputStream to, BitSet body, byte[] bytes) {
    body.set(to.size(), to.size() + bytes.length);
    to.writeBytes(bytes);
  }

  private void cut(boolean fromClient, byte[] stream, int from) {
    int at = from;
    while (at < stream.length) {
      boolean split = at == from && percent(mix.splitPercent);
      int size = Math.min(stream.length - at, split ? 1 + random.nextInt(400) : MSS);
      byte[] payload = new byte[size];
      System.arraycopy(stream, at, payload, 0, size);
      segments.add(new Segment(fromClient, at, payload));
      at += size;
    }
  }

  private void disorder() {
    for (int i = 1; i < segments.size() - 1; i++) {
      if (percent(mix.disorderPercent)) {
        if (random.nextBoolean()) {
          Collections.swap(segments, i, i + 1);
        } else {
          segments.add(i + 1, segments.get(random.nextInt(i + 1)));
        }
      }
    }
  }
}
