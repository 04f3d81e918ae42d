package io.sluice.kernelfilter;

/** {@code struct stream}: one direction of a session, as far as it was followed. One thread. */
final class ModelStream {
  /** {@code enum stream_state}, in its order. */
  enum State {
    FRESH,
    MESSAGE,
    FIRST_LINE,
    LINE_START,
    LINE_REST,
    BODY,
    CHUNK,
    CHUNK_RETURN,
    CHUNK_FEED,
    CHUNK_FIRST_DIGIT,
    CHUNK_SIZE,
    CHUNK_EXTENSION;

    boolean isChunkLine() {
      return compareTo(CHUNK) > 0;
    }

    boolean isWindow() {
      return this == BODY || this == CHUNK;
    }
  }

  /** What {@link #place} says of a segment that is not inside a body: how much of it is known. */
  static final int INSIDE_BODY = -1;

  /** Bytes that decide are missing. */
  static final int DOUBT = -2;

  private static final long FAR = 1 << 29;
  private static final long LONGEST_RETURN = 1 << 26;

  int nextSequence;
  State state = State.FRESH;
  boolean hasLength;
  boolean chunked;
  boolean noBody;
  boolean trailer;
  boolean responses;
  boolean hasRole;
  int carriedBytes;
  final byte[] carried = new byte[16];
  long left;
  boolean ended;
  int lastSequence;
  int network;

  void beginConnection() {
    state = State.FRESH;
    beginMessage();
    responses = false;
    hasRole = false;
    carriedBytes = 0;
    ended = false;
  }

  void beginMessage() {
    hasLength = false;
    chunked = false;
    noBody = false;
    trailer = false;
    left = 0;
  }

  /** INSIDE_BODY, DOUBT, or how many of the segment's bytes are understood already. */
  int place(int sequence, int length) {
    long fromMark = sequence - nextSequence;
    long window = state.isWindow() ? left : 0;
    long fromBoundary = fromMark - window;
    if (fromBoundary + length <= 0) {
      if (fromMark < -LONGEST_RETURN) {
        return DOUBT;
      }
      if (fromMark < 0 || window == 0) {
        return length;
      }
      if (fromMark > FAR) {
        nextSequence = sequence;
        left -= fromMark;
      }
      return INSIDE_BODY;
    }
    return fromBoundary > 0 ? DOUBT : (int) -fromBoundary;
  }

  void leaveWindow() {
    state = state == State.BODY ? State.MESSAGE : State.CHUNK_RETURN;
  }
}
