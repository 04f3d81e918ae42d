package io.sluice.collector.testing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Writes a capture file of HTTP traffic for measurements: requests of 300 to 900 bytes, bodies of
 * 0.2 to 16 KB and one of 1 MB in 400, keep-alive connections of 1 to 20 exchanges, some hundred of
 * them at a time, 5 % of the requests split over two segments, 1 % of the segments in the wrong
 * order, a pure acknowledgement for every second segment. The same seed gives the same bytes.
 */
public final class CaptureGenerator {
  private static final int SEGMENT_BYTES = 1448;
  private static final int CONCURRENT = 200;
  private static final int HEADERS = 14 + 20 + 32;
  private static final byte[] FILLER = filler();

  private final Random random;
  private final OutputStream out;
  private final byte[] record = new byte[16 + HEADERS + SEGMENT_BYTES];
  private final ByteBuffer header =
      ByteBuffer.wrap(record, 0, 16 + HEADERS).order(ByteOrder.BIG_ENDIAN);
  private long timeUs = 1_700_000_000_000_000L;
  private long written;
  private long requests;
  private int connections;
  private byte[] postponed;

  private CaptureGenerator(OutputStream out, long seed) {
    this.out = out;
    random = new Random(seed);
  }

  /** Arguments: file, bytes (the file is a little longer), and perhaps a seed. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    long bytes = Long.parseLong(arguments[1]);
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    System.out.println(write(file, bytes, seed) + " requests");
  }

  /** Returns the number of requests in the file. */
  public static long write(Path file, long bytes, long seed) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      CaptureGenerator generator = new CaptureGenerator(out, seed);
      generator.run(bytes);
      return generator.requests;
    }
  }

  private static byte[] filler() {
    byte[] bytes = new byte[1 << 20];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static final class Connection {
    int clientAddress;
    int clientPort;
    int serverAddress;
    int clientNext;
    int serverNext;
    int exchangesLeft;
    String host;
    String agent;
    byte[] response;
    int responseLength;
    int sent;
  }

  private void run(long bytes) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    file.putInt(262_144).putInt(1);
    out.write(file.array());
    Connection[] open = new Connection[CONCURRENT];
    while (written < bytes) {
      int i = random.nextInt(CONCURRENT);
      if (open[i] == null) {
        open[i] = connect();
      } else if (open[i].sent < open[i].responseLength) {
        respond(open[i], 1 + random.nextInt(8));
      } else if (open[i].exchangesLeft-- > 0) {
        request(open[i]);
      } else {
        segment(open[i], true, 0x11, null, 0, 0);
        open[i].clientNext++;
        segment(open[i], false, 0x11, null, 0, 0);
        open[i].serverNext++;
        segment(open[i], true, 0x10, null, 0, 0);
        open[i] = null;
      }
    }
  }

  private Connection connect() throws IOException {
    Connection c = new Connection();
    int number = connections++;
    c.clientAddress = 0x0a000000 + random.nextInt(1 << 16);
    c.clientPort = 1024 + number % 60_000;
    c.serverAddress = 0xc0a80000 + random.nextInt(256);
    c.clientNext = random.nextInt();
    c.serverNext = random.nextInt();
    c.exchangesLeft = 1 + random.nextInt(20);
    c.host = "www" + (c.serverAddress & 255) + ".example.com";
    c.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:" + random.nextInt(120) + ".0) Gecko/20100101";
    segment(c, true, 0x02, null, 0, 0);
    c.clientNext++;
    segment(c, false, 0x12, null, 0, 0);
    c.serverNext++;
    segment(c, true, 0x10, null, 0, 0);
    return c;
  }

  private void request(Connection c) throws IOException {
    requests++;
    StringBuilder text = new StringBuilder(1024);
    text.append("GET /path/").append(random.nextInt(100_000)).append("/page.html?id=");
    text.append(random.nextInt(1 << 30)).append(" HTTP/1.1\r\nHost: ").append(c.host);
    text.append("\r\nUser-Agent: ").append(c.agent);
    text.append("\r\nAccept: text/html,application/xhtml+xml\r\nAccept-Language: en\r\n");
    text.append("Accept-Encoding: gzip, deflate\r\nReferer: http://").append(c.host);
    text.append("/index.html\r\nConnection: keep-alive\r\nCookie: session=");
    int length = 300 + random.nextInt(600);
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    text.append("\r\n\r\n");
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    int split = random.nextInt(20) == 0 ? 1 + random.nextInt(bytes.length - 1) : bytes.length;
    send(c, true, bytes, 0, split);
    if (split < bytes.length) {
      send(c, true, bytes, split, bytes.length - split);
    }
    int body = random.nextInt(400) == 0 ? 1 << 20 : 200 + random.nextInt(16_000);
    boolean chunked = random.nextInt(4) == 0;
    String framing =
        chunked
            ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body) + "\r\n"
            : "Content-Length: " + body + "\r\n\r\n";
    String head =
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\n"
            + "Content-Type: text/html; charset=utf-8\r\nConnection: keep-alive\r\n"
            + framing;
    byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] end = (chunked ? "\r\n0\r\n\r\n" : "").getBytes(StandardCharsets.ISO_8859_1);
    c.responseLength = start.length + body + end.length;
    c.response = new byte[c.responseLength];
    System.arraycopy(start, 0, c.response, 0, start.length);
    System.arraycopy(FILLER, 0, c.response, start.length, body);
    System.arraycopy(end, 0, c.response, start.length + body, end.length);
    c.sent = 0;
  }

  private void respond(Connection c, int segments) throws IOException {
    for (int i = 0; i < segments && c.sent < c.responseLength; i++) {
      int length = Math.min(SEGMENT_BYTES, c.responseLength - c.sent);
      boolean early = c.sent > 0 && random.nextInt(100) == 0;
      if (early && postponed == null) {
        postponed = make(c, false, 0x10, c.response, c.sent, length);
      } else {
        segment(c, false, 0x10, c.response, c.sent, length);
        flushPostponed();
      }
      c.serverNext += length;
      c.sent += length;
      if (i % 2 == 1) {
        flushPostponed();
        segment(c, true, 0x10, null, 0, 0);
      }
    }
    flushPostponed();
  }

  private void flushPostponed() throws IOException {
    if (postponed != null) {
      write(postponed, postponed.length);
      postponed = null;
    }
  }

  private void send(Connection c, boolean fromClient, byte[] bytes, int from, int length)
      throws IOException {
    segment(c, fromClient, 0x18, bytes, from, length);
    c.clientNext += length;
  }

  private byte[] make(
      Connection c, boolean fromClient, int flags, byte[] bytes, int from, int length) {
    return Arrays.copyOf(record, fill(c, fromClient, flags, bytes, from, length));
  }

  private void segment(
      Connection c, boolean fromClient, int flags, byte[] bytes, int from, int length)
      throws IOException {
    write(record, fill(c, fromClient, flags, bytes, from, length));
  }

  private void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    written += length;
  }

  private int fill(
      Connection c, boolean fromClient, int flags, byte[] bytes, int from, int length) {
    timeUs += 1 + random.nextInt(3);
    int frame = HEADERS + length;
    header.clear();
    header.putInt(Integer.reverseBytes((int) (timeUs / 1_000_000)));
    header.putInt(Integer.reverseBytes((int) (timeUs % 1_000_000)));
    header.putInt(Integer.reverseBytes(frame)).putInt(Integer.reverseBytes(frame));
    header.putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) 0x0800);
    header.put((byte) 0x45).put((byte) 0).putShort((short) (52 + length)).putInt(0x4000);
    header.put((byte) 64).put((byte) 6).putShort((short) 0);
    header.putInt(fromClient ? c.clientAddress : c.serverAddress);
    header.putInt(fromClient ? c.serverAddress : c.clientAddress);
    header.putShort((short) (fromClient ? c.clientPort : 80));
    header.putShort((short) (fromClient ? 80 : c.clientPort));
    header.putInt(fromClient ? c.clientNext : c.serverNext);
    header.putInt((flags & 0x10) == 0 ? 0 : fromClient ? c.serverNext : c.clientNext);
    header.put((byte) 0x80).put((byte) flags).putShort((short) 501).putInt(0);
    header.putInt(0x0101080a).putInt((int) timeUs).putInt(0);
    if (length > 0) {
      System.arraycopy(bytes, from, record, 16 + HEADERS, length);
    }
    return 16 + frame;
  }
}
