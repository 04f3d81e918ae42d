package io.sluice.collector.protocol.http2;

import io.sluice.collector.reassembly.TcpStream;
import java.util.Arrays;

/**
 * Splits one direction's bytes into HTTP/2 frames (RFC 9113, 4), cut anywhere. Content is counted
 * and never touched; only header blocks are kept, up to a limit. A gap inside of a frame that holds
 * no header block is bridged, since the frame's end is known; behind any other the frames and the
 * header table are lost for good. Owned by one worker thread.
 */
final class FrameReader {
  /** The client's first bytes (RFC 9113, 3.4). */
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  static final int HEADER_BYTES = 9;

  /** A header block in so many frames is not a request. */
  static final int MAX_CONTINUATIONS = 100;

  private static final int KEPT_BLOCK_BYTES = 4096;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int PUSH_PROMISE = 5;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;

  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;
  private static final int PRIORITY = 0x20;

  private enum State {
    PREFACE,
    FRAME_HEADER,
    /** In a frame with a header block. */
    BLOCK,
    /** Before the pad length of a DATA frame. */
    PAD_LENGTH,
    CONTENT,
    /** In what is not needed: padding, and frames that say nothing about requests. */
    SKIP,
    /** In the first bytes of a GOAWAY. */
    LAST_STREAM,
    LOST
  }

  private final Http2Listener listener;
  private final int side;
  private final int maxBlockBytes;
  private final HeaderSection section = new HeaderSection();
  private HpackReader hpack;

  private State state;
  private int preface;
  private final byte[] header = new byte[HEADER_BYTES];
  private int headerBytes;
  private int type;
  private int flags;
  private int streamId;

  /** Bytes of the frame's payload that have not been read. */
  private int remaining;

  private int padding;
  private long number;

  // the header block being put together
  private byte[] block = {};
  private int blockBytes;
  private int frameStart;
  private int continuations;
  private int blockStream;
  private int promisedId;
  private boolean blockEndsStream;
  private boolean blockOpen;

  /**
   * @param isClient whether the side begins with the preface
   * @param maxBlockBytes of a header block, over all its frames
   */
  FrameReader(Http2Listener listener, int side, boolean isClient, int maxBlockBytes) {
    this.listener = listener;
    this.side = side;
    this.maxBlockBytes = maxBlockBytes;
    state = isClient ? State.PREFACE : State.FRAME_HEADER;
  }

  /** So many bytes of the preface were read elsewhere. */
  void skipPreface(int bytes) {
    preface = bytes;
  }

  boolean isLost() {
    return state == State.LOST;
  }

  /**
   * Reads [from, end) of a slice, whose place 0 is where the stream stands.
   *
   * @return how many bytes were read as frames
   */
  int data(byte[] m, int from, int end, TcpStream tcp) {
    int at = from;
    while (at < end) {
      switch (state) {
        case PREFACE -> {
          if (at(m, at) != PREFACE[preface]) {
            lose();
            break;
          }
          at++;
          if (++preface == PREFACE.length) {
            state = State.FRAME_HEADER;
          }
        }
        case FRAME_HEADER -> {
          if (headerBytes == 0 && !blockOpen) {
            section.sequence = tcp.sequence() + at;
            section.timestampNs = tcp.timestampNs;
          }
          header[headerBytes++] = at(m, at++);
          if (headerBytes == HEADER_BYTES) {
            headerBytes = 0;
            frame();
          }
        }
        case BLOCK -> at += keep(m, at, end);
        case PAD_LENGTH -> {
          padding = at(m, at++) & 0xff;
          remaining--;
          if (padding > remaining) {
            lose();
          } else {
            content();
          }
        }
        case CONTENT -> {
          int bytes = Math.min(remaining - padding, end - at);
          at += bytes;
          remaining -= bytes;
          listener.onData(side, streamId, bytes, 0);
          content();
        }
        case SKIP -> {
          int bytes = Math.min(remaining, end - at);
          at += bytes;
          skip(bytes);
        }
        case LAST_STREAM -> {
          number = number << 8 | at(m, at++) & 0xff;
          remaining--;
          if (--padding == 0) {
            listener.onGoAway(side, (int) number & Integer.MAX_VALUE);
            skip(0);
          }
        }
        case LOST -> {
          return at - from;
        }
      }
    }
    return at - from;
  }

  private static byte at(byte[] m, int offset) {
    return m[offset];
  }

  /** A frame's header is there. */
  private void frame() {
    remaining = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff;
    type = header[3] & 0xff;
    flags = header[4] & 0xff;
    streamId =
        (header[5] & 0x7f) << 24
            | (header[6] & 0xff) << 16
            | (header[7] & 0xff) << 8
            | header[8] & 0xff;
    boolean continues = type == CONTINUATION && blockOpen && streamId == blockStream;
    if (blockOpen != continues || type == CONTINUATION && !blockOpen) {
      lose();
      return;
    }
    switch (type) {
      case DATA -> {
        padding = 0;
        if ((flags & PADDED) == 0) {
          content();
        } else if (remaining == 0) {
          lose();
        } else {
          state = State.PAD_LENGTH;
        }
      }
      case HEADERS, PUSH_PROMISE -> {
        blockBytes = 0;
        continuations = 0;
        blockOpen = true;
        blockStream = streamId;
        blockEndsStream = type == HEADERS && (flags & END_STREAM) != 0;
        promisedId = 0;
        section.wireBytes = 0;
        beginFragment();
      }
      case CONTINUATION -> {
        if (++continuations > MAX_CONTINUATIONS) {
          lose();
        } else {
          beginFragment();
        }
      }
      case RST_STREAM -> {
        listener.onReset(side, streamId);
        skip(0);
      }
      case GOAWAY -> {
        number = 0;
        padding = Integer.BYTES;
        if (remaining < 2 * Integer.BYTES) {
          lose();
        } else {
          state = State.LAST_STREAM;
        }
      }
      default -> skip(0);
    }
  }

  private void skip(int bytes) {
    remaining -= bytes;
    state = remaining == 0 ? State.FRAME_HEADER : State.SKIP;
  }

  private void content() {
    if (remaining > padding) {
      state = State.CONTENT;
      return;
    }
    if ((flags & END_STREAM) != 0) {
      listener.onEndStream(side, streamId);
    }
    skip(0);
  }

  // ---- header blocks

  private void beginFragment() {
    section.wireBytes += HEADER_BYTES + remaining;
    frameStart = blockBytes;
    if (remaining > maxBlockBytes - blockBytes) {
      lose();
      return;
    }
    if (block.length < blockBytes + remaining) {
      block = Arrays.copyOf(block, Math.max(blockBytes + remaining, 2 * blockBytes));
    }
    state = State.BLOCK;
    if (remaining == 0) {
      endFragment();
    }
  }

  private int keep(byte[] m, int at, int end) {
    int bytes = Math.min(remaining, end - at);
    System.arraycopy(m, at, block, blockBytes, bytes);
    blockBytes += bytes;
    remaining -= bytes;
    if (remaining == 0) {
      endFragment();
    }
    return bytes;
  }

  /** A frame's part of the block is there: takes off what is around it. */
  private void endFragment() {
    int from = frameStart;
    int to = blockBytes;
    if (type != CONTINUATION) {
      if ((flags & PADDED) != 0) {
        to -= from < to ? block[from] & 0xff : 0;
        from++;
      }
      if (type == HEADERS && (flags & PRIORITY) != 0) {
        from += 5;
      }
      if (type == PUSH_PROMISE) {
        if (from + Integer.BYTES <= to) {
          promisedId =
              (block[from] & 0x7f) << 24
                  | (block[from + 1] & 0xff) << 16
                  | (block[from + 2] & 0xff) << 8
                  | block[from + 3] & 0xff;
        }
        from += Integer.BYTES;
      }
      if (from > to) {
        lose();
        return;
      }
      System.arraycopy(block, from, block, frameStart, to - from);
      blockBytes = frameStart + to - from;
    }
    state = State.FRAME_HEADER;
    if ((flags & END_HEADERS) != 0) {
      endBlock();
    }
  }

  private void endBlock() {
    blockOpen = false;
    if (hpack == null) {
      hpack = new HpackReader();
    }
    if (!hpack.decode(block, blockBytes, blockStream, section)) {
      lose();
      return;
    }
    if (promisedId != 0) {
      listener.onPushPromise(side, promisedId, section);
    } else {
      listener.onHeaders(side, blockStream, section, blockEndsStream);
    }
    if (block.length > KEPT_BLOCK_BYTES) {
      block = new byte[0];
    }
  }

  // ---- loss

  /** Returns how many of the missing bytes were content. */
  long gap(long length) {
    long left = length;
    long inside = 0;
    if (state == State.CONTENT) {
      inside = Math.min(left, remaining - padding);
      remaining -= (int) inside;
      left -= inside;
      listener.onData(side, streamId, inside, inside);
      content();
    }
    if (state == State.SKIP) {
      long skipped = Math.min(left, remaining);
      left -= skipped;
      skip((int) skipped);
    }
    if (left > 0 && state != State.LOST) {
      lose();
    }
    return inside;
  }

  private void lose() {
    state = State.LOST;
    blockOpen = false;
    block = new byte[0];
    hpack = null;
    listener.onLost(side);
  }
}
