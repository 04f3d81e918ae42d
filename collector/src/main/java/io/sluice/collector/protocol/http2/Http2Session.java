package io.sluice.collector.protocol.http2;

import io.sluice.collector.reassembly.TcpStream;

/** The frames of both directions of an HTTP/2 connection. Owned by one worker thread. */
public final class Http2Session {
  /** The first line of the client's preface, with its line end. */
  public static final int PREFACE_LINE_BYTES = 16;

  public static final int FRAME_HEADER_BYTES = FrameReader.HEADER_BYTES;

  private final FrameReader fromClient;
  private final FrameReader fromServer;
  private final int client;

  /**
   * @param client side that sends the requests
   * @param maxBlockBytes of a larger header block the rest of its side is lost
   */
  public Http2Session(Http2Listener listener, int client, int maxBlockBytes) {
    this.client = client;
    fromClient = new FrameReader(listener, client, true, maxBlockBytes);
    fromServer = new FrameReader(listener, 1 - client, false, maxBlockBytes);
  }

  /** True where [from, end) begins with the first line of the preface. */
  public static boolean isPrefaceLine(byte[] m, int from, int end) {
    if (end - from < PREFACE_LINE_BYTES) {
      return false;
    }
    for (int i = 0; i < PREFACE_LINE_BYTES; i++) {
      if (m[from + i] != FrameReader.PREFACE[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * True where the bytes can begin the header of a SETTINGS frame, with which a server begins.
   *
   * @param count how many are there, 1..9; with all nine the answer is certain
   */
  public static boolean canBeSettings(byte[] header, int count) {
    for (int i = 0; i < count; i++) {
      boolean right =
          switch (i) {
            case 0 -> header[i] == 0;
            case 1 -> header[i] >= 0 && header[i] < 0x40;
            case 2 -> ((header[1] & 0xff) << 8 | header[2] & 0xff) % 6 == 0;
            case 3 -> header[i] == 4;
            default -> header[i] == 0;
          };
      if (!right) {
        return false;
      }
    }
    return true;
  }

  /** The first line of the client's preface was there and will not be given to {@link #data}. */
  public void prefaceLineSeen() {
    fromClient.skipPreface(PREFACE_LINE_BYTES);
  }

  private FrameReader reader(int side) {
    return side == client ? fromClient : fromServer;
  }

  /** In-order bytes, [from, end) of a slice; returns how many of them were read. */
  public int data(int side, byte[] slice, int from, int end, TcpStream tcp) {
    return reader(side).data(slice, from, end, tcp);
  }

  /** Missing bytes; returns how many of them were content. */
  public long gap(int side, long length) {
    return reader(side).gap(length);
  }

  public boolean isLost(int side) {
    return reader(side).isLost();
  }
}
