package io.sluice.kernelfilter;

import io.sluice.kernelfilter.ModelStream.State;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * {@code message.h} in Java: where a stream of HTTP/1 messages stands, so that segments provably
 * inside a body are known. It has the C text's bounds, so that both are in doubt about the same
 * segments. One thread.
 */
final class ModelScanner {
  private static final int SCAN_BYTES = 2048;
  private static final int SCAN_MARGIN = 64;
  private static final int STEP_BYTES = 64;
  private static final int MAX_SCAN_STEPS = SCAN_BYTES / STEP_BYTES + 96;
  private static final int MAX_PARTS = 16;
  private static final int CHUNK_LINE_BYTES = 32;
  private static final int MAX_CHUNK_DIGITS = 8;
  private static final int MAX_LENGTH_DIGITS = 15;
  private static final int SHORTEST_START = 13;
  private static final int VERSION_BYTES = 10;
  private static final int MAX_CARRIED = 15;

  private static final byte[] CONTENT = ascii("content-");
  private static final byte[] LENGTH = ascii("length:");
  private static final byte[] TRANSFER = ascii("transfer");
  private static final byte[] ENCODING = ascii("-encoding:");
  private static final byte[] UPGRADE = ascii("upgrade:");
  private static final byte[] HTTP2 = ascii("PRI * HT");
  private static final byte[] CHUNKED = ascii("chunked");

  private final byte[] bytes = new byte[SCAN_BYTES + SCAN_MARGIN];
  private final MemorySegment buffer = MemorySegment.ofArray(bytes);
  private MemorySegment memory;
  private long payload;
  private int at;
  private int end;
  private int line;
  private boolean inFirstLine;
  private boolean lineOpen;
  private boolean special;
  private boolean done;
  private boolean doubt;

  /** Whether in the last segment a request's first line has ended as none of HTTP/1. */
  boolean foreign;

  private ModelSession session;
  private ModelStream stream;

  /**
   * Follows one direction of a session.
   *
   * @return how many bytes of the frame are needed, the rest being inside a body; or WHOLE
   */
  int follow(MemorySegment memory, long frameOffset, ModelPacket packet, ModelSession session) {
    foreign = false;
    stream = session.stream(packet.fromHigh);
    if (packet.firstFragment || packet.cut || stream.ended) {
      session.copiedWhole = true;
      return FilterModel.WHOLE;
    }
    this.memory = memory;
    this.session = session;
    int sequence = packet.sequence + ((packet.tcpFlags & ModelPacket.SYN) != 0 ? 1 : 0);
    if (stream.state == State.FRESH) {
      stream.nextSequence = sequence;
    }
    int skip = stream.place(sequence, packet.payloadLength);
    if (skip == ModelStream.INSIDE_BODY) {
      return packet.payloadOffset;
    }
    if (skip == ModelStream.DOUBT) {
      session.copiedWhole = true;
      return FilterModel.WHOLE;
    }
    if (skip >= packet.payloadLength) {
      return FilterModel.WHOLE;
    }
    payload = frameOffset + packet.payloadOffset;
    at = skip;
    end = packet.payloadLength;
    doubt = false;
    if (stream.state.isWindow()) {
      stream.leaveWindow();
    }
    scanSegment();
    if (doubt) {
      session.copiedWhole = true;
    }
    stream.nextSequence = sequence + at;
    boolean endsInBody = !doubt && at < end && stream.state.isWindow();
    return endsInBody ? packet.payloadOffset + at : FilterModel.WHOLE;
  }

  /** Whether a payload starts as the HTTP/2 preface does. */
  static boolean isHttp2Preface(MemorySegment memory, long offset, int length) {
    for (int i = 0; i < HTTP2.length; i++) {
      if (i >= length || memory.get(ValueLayout.JAVA_BYTE, offset + i) != HTTP2[i]) {
        return false;
      }
    }
    return true;
  }

  private void scanSegment() {
    for (int i = 0; i < MAX_PARTS; i++) {
      if (!passBody()) {
        return;
      }
      if (stream.state.isChunkLine()) {
        scanChunkLine();
      } else {
        scanHead();
      }
    }
    if (passBody()) {
      doubt = true;
    }
  }

  private boolean passBody() {
    int available = end - at;
    if (doubt || available == 0) {
      return false;
    }
    if (!stream.state.isWindow()) {
      return true;
    }
    if (stream.left >= available) {
      return false;
    }
    at += (int) stream.left;
    stream.left = 0;
    stream.leaveWindow();
    return true;
  }

  private int fill(int from, int limit) {
    int length = Math.min(end - at, limit);
    MemorySegment.copy(memory, payload + at, buffer, from, length);
    int filled = from + length;
    Arrays.fill(bytes, filled, Math.min(bytes.length, filled + SCAN_MARGIN), (byte) 0);
    return length;
  }

  private void carry(int from, int length) {
    if (length - from > MAX_CARRIED) {
      doubt = true;
      return;
    }
    stream.carriedBytes = length - from;
    System.arraycopy(bytes, from, stream.carried, 0, length - from);
  }

  private void scanHead() {
    int carried = stream.carriedBytes;
    boolean starts = stream.state == State.FRESH || stream.state == State.MESSAGE;
    System.arraycopy(stream.carried, 0, bytes, 0, carried);
    int length = carried + fill(carried, SCAN_BYTES - MAX_CARRIED - 1);
    stream.carriedBytes = 0;
    line = 0;
    special = false;
    done = false;
    inFirstLine = starts || stream.state == State.FIRST_LINE;
    lineOpen = stream.state != State.LINE_START;
    if (starts) {
      if (length < SHORTEST_START) {
        stream.state = State.MESSAGE;
        carry(0, length);
        at = end;
        return;
      }
      beginMessage();
    }
    int index = 0;
    for (int i = 0; i < MAX_SCAN_STEPS && index < length && !done && !doubt; i++) {
      index += scanStep(index, length);
    }
    if (doubt) {
      return;
    }
    if (done) {
      at += index - carried;
      endHead();
      return;
    }
    index = Math.min(index, length);
    int undecided = special ? line : index;
    if (inFirstLine) {
      undecided = Math.max(0, index - VERSION_BYTES);
    }
    stream.state =
        inFirstLine ? State.FIRST_LINE : lineOpen && !special ? State.LINE_REST : State.LINE_START;
    if (at + (length - carried) < end) {
      doubt = undecided <= carried;
      at += undecided - carried;
      return;
    }
    doubt = index < length;
    carry(undecided, length);
    at = end;
  }

  private int scanStep(int index, int length) {
    if (!lineOpen) {
      if (bytes[index] == '\n' || (bytes[index] == '\r' && bytes[index + 1] == '\n')) {
        done = true;
        return bytes[index] == '\n' ? 1 : 2;
      }
      line = index;
      lineOpen = true;
      beginLine(index, length - index);
    }
    int feed = 0;
    while (feed < STEP_BYTES && index + feed < length && bytes[index + feed] != '\n') {
      feed++;
    }
    if (feed == STEP_BYTES || index + feed >= length) {
      return feed;
    }
    if (special) {
      doubt = true;
    } else if (inFirstLine) {
      if (!stream.responses && !endsRequestLine(index + feed)) {
        doubt = true;
        foreign = true;
      }
      inFirstLine = false;
    }
    lineOpen = false;
    return feed + 1;
  }

  private boolean endsRequestLine(int feed) {
    return feed >= 10
        && new String(bytes, feed - 10, 8, StandardCharsets.ISO_8859_1).equals(" HTTP/1.");
  }

  private void beginMessage() {
    String start = new String(bytes, 0, SHORTEST_START, StandardCharsets.ISO_8859_1);
    boolean isResponse = start.startsWith("HTTP/1.");
    if (!stream.hasRole) {
      stream.hasRole = true;
      stream.responses = isResponse;
    }
    if (isResponse != stream.responses) {
      doubt = true;
      return;
    }
    stream.beginMessage();
    if (isResponse) {
      beginResponse(start);
    } else {
      beginRequest(start);
    }
  }

  private void beginRequest(String start) {
    boolean isHead = start.startsWith("HEAD ");
    if (start.startsWith("CONNECT ")
        || start.startsWith("PRI * HT")
        || session.headPending
        || (isHead && session.unanswered > 0)) {
      doubt = true;
    }
    if (!doubt) {
      session.headPending = isHead;
      session.unanswered++;
    }
  }

  private void beginResponse(String start) {
    int hundreds = start.charAt(9) - '0';
    int tens = start.charAt(10) - '0';
    int ones = start.charAt(11) - '0';
    int code = hundreds * 100 + tens * 10 + ones;
    if (start.charAt(8) != ' '
        || hundreds < 1
        || hundreds > 5
        || tens < 0
        || tens > 9
        || ones < 0
        || ones > 9
        || code == 101
        || session.unanswered == 0) {
      doubt = true;
      return;
    }
    stream.noBody = hundreds == 1 || code == 204 || code == 304 || session.headPending;
    if (hundreds > 1) {
      session.headPending = false;
      session.unanswered--;
    }
  }

  private void beginLine(int index, int available) {
    byte first = bytes[index];
    special = false;
    if (first == ' ' || first == '\t' || first == '\r') {
      special = true;
      return;
    }
    if (available < 8) {
      special =
          isName(index, CONTENT, available)
              || isName(index, TRANSFER, available)
              || isName(index, UPGRADE, available);
      return;
    }
    if (isName(index, CONTENT, 8)) {
      if (available > 15
          && isName(index + 8, LENGTH, 7)
          && bytes[index + 7] == '-'
          && bytes[index + 14] == ':') {
        takeLength(index + 15);
      } else {
        special = available == 8 || (bytes[index + 8] | 0x20) == 'l';
      }
    } else if (isName(index, TRANSFER, 8)) {
      if (available > 18
          && isName(index + 8, ENCODING, 10)
          && bytes[index + 8] == '-'
          && bytes[index + 17] == ':') {
        takeEncoding(index + 18);
      } else {
        special = true;
      }
    } else if (isName(index, UPGRADE, 8)) {
      special = true;
    }
  }

  private boolean isName(int index, byte[] name, int length) {
    for (int i = 0; i < length; i++) {
      if ((bytes[index + i] | 0x20) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private void takeLength(int index) {
    special = true;
    if (index + MAX_LENGTH_DIGITS + 4 > SCAN_BYTES) {
      return;
    }
    long value = 0;
    int digits = 0;
    int i = 0;
    for (; i < MAX_LENGTH_DIGITS + 4; i++) {
      byte c = bytes[index + i];
      if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        digits++;
      } else if (c == '\r' || c == '\n') {
        break;
      } else if ((c != ' ' && c != '\t') || digits > 0) {
        return;
      }
    }
    if (i == MAX_LENGTH_DIGITS + 4
        || digits == 0
        || digits > MAX_LENGTH_DIGITS
        || stream.hasLength
        || stream.chunked) {
      return;
    }
    stream.hasLength = true;
    stream.left = value;
    special = false;
  }

  private void takeEncoding(int index) {
    special = true;
    if (index + 16 > SCAN_BYTES) {
      return;
    }
    int value = bytes[index] == ' ' ? index + 1 : index;
    byte next = bytes[value + 7];
    if (!isName(value, CHUNKED, 7)
        || (next != '\r' && next != '\n')
        || stream.hasLength
        || stream.chunked) {
      return;
    }
    stream.chunked = true;
    special = false;
  }

  private void endHead() {
    if (stream.trailer || stream.noBody) {
      stream.state = State.MESSAGE;
      stream.left = 0;
    } else if (stream.chunked) {
      stream.state = State.CHUNK_FIRST_DIGIT;
      stream.left = 0;
    } else if (stream.hasLength) {
      stream.state = stream.left > 0 ? State.BODY : State.MESSAGE;
    } else if (stream.responses) {
      doubt = true;
    } else {
      stream.state = State.MESSAGE;
    }
  }

  private void scanChunkLine() {
    int length = fill(0, CHUNK_LINE_BYTES);
    int i = 0;
    while (i < length && !doubt && stream.state.isChunkLine()) {
      scanChunkByte(bytes[i++]);
    }
    at += i;
  }

  private void scanChunkByte(byte c) {
    int digit = c < 0 ? -1 : Character.digit(c, 16);
    switch (stream.state) {
      case CHUNK_RETURN -> {
        doubt |= c != '\r';
        stream.state = State.CHUNK_FEED;
      }
      case CHUNK_FEED -> {
        doubt |= c != '\n';
        stream.state = State.CHUNK_FIRST_DIGIT;
        stream.left = 0;
      }
      case CHUNK_FIRST_DIGIT -> {
        doubt |= digit < 0;
        stream.left = Math.max(digit, 0);
        stream.state = State.CHUNK_SIZE;
      }
      case CHUNK_SIZE -> {
        if (digit >= 0) {
          doubt |= stream.left >> ((MAX_CHUNK_DIGITS - 1) * 4) != 0;
          stream.left = stream.left << 4 | digit;
        } else if (c == '\r' || c == '\n' || c == ';' || c == ' ' || c == '\t') {
          stream.state = State.CHUNK_EXTENSION;
          endChunkLine(c);
        } else {
          doubt = true;
        }
      }
      default -> endChunkLine(c);
    }
  }

  private void endChunkLine(byte c) {
    if (c == '\n') {
      stream.trailer |= stream.left == 0;
      stream.state = stream.left > 0 ? State.CHUNK : State.LINE_START;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
