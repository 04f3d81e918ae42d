package io.sluice.collector.protocol.http;

import io.sluice.collector.protocol.http2.Http2Session;
import io.sluice.collector.reassembly.TcpStream;
import java.lang.foreign.MemorySegment;

/**
 * Splits one direction's bytes into HTTP/1 messages. Bytes of a body are counted and never touched.
 * The result does not depend on how the stream is cut into slices. Owned by one worker thread.
 */
final class HttpStream {
  private enum State {
    /** Between messages. */
    START,
    /** In a header section. */
    HEAD,
    /** In a header section beyond the limit: its end is looked for. */
    SKIP_HEAD,
    /** In a body of known length. */
    BODY,
    /** In a body that ends with the connection. */
    UNTIL_CLOSE,
    /** In what stands around the chunks of a body. */
    CHUNK_FRAMING,
    CHUNK_DATA,
    /** After a loss: the next message start is looked for. */
    SEARCH,
    /** Not HTTP: each slice's start is looked at. */
    FOREIGN,
    /** In what may be a server's first HTTP/2 frame. */
    SETTINGS,
    /** HTTP/2 frames, which the connection reads. */
    HTTP2,
    /** Left HTTP for good. */
    TUNNEL
  }

  /** So much is searched for a message start after a loss; then only slices' starts are. */
  private static final long SEARCH_BYTES = 4 << 20;

  /** A header section may be skipped for so long. */
  private static final long MAX_SKIPPED_HEAD = 1 << 20;

  private final HttpConnection connection;
  private final HttpWorker worker;
  private final int side;
  private final SectionEnd sectionEnd = new SectionEnd();
  private TcpStream tcp;

  private State state;
  private State onMismatch;
  private boolean spoken;
  private boolean blankLines;

  /** Behind the last message no byte was lost or skipped. */
  private boolean inStep;

  /** While searching: a line starts at the next byte, for all that is known. */
  private boolean atLine;

  /** Behind a message came bytes that are none. */
  private boolean stray;

  /** Bytes between messages were lost. */
  private boolean startLost;

  /** The other side has left HTTP: so does this one behind its next request. */
  private boolean tunnelNext;

  // the message whose head is being read
  private long messageStart;
  private long messagePeer;
  private long messageNs;
  private int messageSequence;
  private byte[] buffer;
  private int buffered;
  private long headBytes;
  private boolean lineChecked;

  /** It began where a slice does, or straight behind another message. */
  private boolean startProven;

  /** For all that was known when it began, its first bytes may be missing. */
  private boolean startUnsure;

  private MessageStart kind;
  private State afterSkip;
  private long headFlags;

  // the message whose body is being read; at most one of them
  private Exchange request;
  private Reply reply;
  private long remaining;

  /** Null until a body is chunked. */
  private ChunkReader chunks;

  // the first bytes of what may be a server's first frame
  private byte[] settings;
  private int settingsBytes;

  HttpStream(HttpConnection connection, HttpWorker worker, int side) {
    this.connection = connection;
    this.worker = worker;
    this.side = side;
  }

  void open(TcpStream tcp) {
    this.tcp = tcp;
    state = State.START;
    onMismatch = State.FOREIGN;
    spoken = false;
    blankLines = false;
    stray = false;
    startLost = false;
    tunnelNext = false;
    inStep = false;
    request = null;
    reply = null;
    buffered = 0;
  }

  void close() {
    dropBuffer();
    request = null;
    reply = null;
    tcp = null;
  }

  /** Between messages, or looking for one. */
  boolean atBoundary() {
    return state == State.START && buffered == 0 || state == State.SEARCH;
  }

  /** Everything that was sent was seen as messages, up to the last of them. */
  boolean endsBetweenMessages() {
    return state == State.START && buffered == 0 || state == State.UNTIL_CLOSE;
  }

  /** True where HTTP was seen on this stream. */
  boolean spoken() {
    return spoken;
  }

  /** Position of the next byte. */
  long position() {
    return tcp.position;
  }

  /** The other side proved that a message starts at the next byte. */
  void synchronise() {
    if (state == State.SEARCH) {
      state = State.START;
      worker.counters.increment(HttpCounter.RESYNCHRONISED);
    }
  }

  /** The connection leaves HTTP; this stream does so behind what it is reading. */
  void tunnel() {
    dropBuffer();
    state = State.TUNNEL;
  }

  /**
   * The reply to a request that is captured behind it, so that it was not known whether content
   * follows.
   *
   * @return true where the two leave HTTP
   */
  boolean isAnswerTo(Exchange e) {
    Reply r = e.reply;
    boolean tunnels = e.leavesHttp(r.status);
    if (tunnels) {
      r.flags |= HttpFlag.UPGRADED.bit();
    }
    if (reply == r && (tunnels || e.isHead && r.bodyBytes == 0)) {
      endMessage();
    }
    return tunnels;
  }

  /** The same behind the next request, which was sent before but is seen after its response. */
  void tunnelBehindRequest() {
    tunnelNext = true;
  }

  /** From the next byte on the connection reads frames; the rest of a request comes before them. */
  void http2() {
    if (request != null) {
      return; // the client's preface is found behind it
    }
    if (state == State.HEAD && buffered > 0) { // of the client's preface
      connection.http2().data(side, buffer, 0, buffered, tcp);
    }
    dropBuffer();
    state = State.HTTP2;
  }

  /** What is in a body is counted, and neither looked at nor copied. */
  void data(MemorySegment memory, long offset, int length) {
    int at = skipBody(length);
    if (at < length) {
      byte[] slice = worker.copy(memory, offset, at, length);
      if (state == State.START || state == State.HEAD) {
        tcp.remember(slice, at, length);
      }
      while (at < length) {
        at = step(slice, at, length);
      }
    }
  }

  /** How many bytes at the slice's start belong to the body being read. */
  private int skipBody(int length) {
    return switch (state) {
      case BODY -> reply != null && connection.nextMayStart(side) ? 0 : body(0, length);
      case CHUNK_DATA -> chunkData(0, length);
      case UNTIL_CLOSE -> connection.nextMayStart(side) ? 0 : untilClose(0, length);
      default -> 0;
    };
  }

  private int step(byte[] m, int at, int end) {
    return switch (state) {
      case BODY -> startsHere(m, at, end) ? cutBody(at) : body(at, end);
      case START -> start(m, at, end);
      case HEAD -> head(m, at, end);
      case SKIP_HEAD -> skipHead(m, at, end);
      case UNTIL_CLOSE -> startsHere(m, at, end) ? endBody(at) : untilClose(at, end);
      case CHUNK_FRAMING -> chunkFraming(m, at, end);
      case CHUNK_DATA -> chunkData(at, end);
      case SEARCH -> search(m, at, end);
      case FOREIGN -> foreign(m, at, end);
      case SETTINGS -> settings(m, at, end);
      case HTTP2 -> {
        connection.http2().data(side, m, at, end, tcp);
        yield end;
      }
      case TUNNEL -> {
        worker.counters.add(HttpCounter.UPGRADED_BYTES, end - at);
        yield end;
      }
    };
  }

  // ---- heads

  private int start(byte[] m, int at, int end) {
    int b = Bytes.at(m, at);
    if (b == Bytes.CR || b == Bytes.LF) {
      blankLines = true;
      return at + 1;
    }
    if (MessageStart.ofPrefix(m, at, end) == MessageStart.NO) {
      if (connection.http2() != null) {
        state = State.HTTP2; // the server's first frame, behind its last HTTP/1 response if any
        return at;
      }
      if (b == 0 && tcp.position + at == 0 && !connection.isHttp()) {
        settingsBytes = 0;
        state = State.SETTINGS;
        return at;
      }
      return mismatch(at, end, at);
    }
    messageStart = tcp.position + at;
    messagePeer = tcp.peerPosition;
    messageNs = tcp.timestampNs;
    messageSequence = tcp.sequence() + at;
    headBytes = 0;
    lineChecked = false;
    startProven = at == 0 || inStep;
    startUnsure = !inStep && (spoken || startLost || !tcp.fromStart());
    sectionEnd.midLine();
    state = State.HEAD;
    return head(m, at, end);
  }

  /** What is here is no message: nothing between messages can be trusted until one is found. */
  private int mismatch(int at, int end, int resume) {
    if (tcp.position + at == 0) {
      connection.pickedUpInside();
    }
    dropBuffer();
    blankLines = false;
    if (onMismatch == State.FOREIGN) {
      state = State.FOREIGN;
      worker.counters.add(HttpCounter.FOREIGN_BYTES, end - at);
      return end;
    }
    stray |= inStep;
    lose();
    return resume;
  }

  /** Messages may be missing from here on. */
  private void lose() {
    state = State.SEARCH;
    atLine = true;
    inStep = false;
    remaining = SEARCH_BYTES;
    worker.counters.increment(HttpCounter.LOST_SYNC);
    connection.messagesLost(side);
  }

  private int head(byte[] m, int at, int end) {
    int from = at;
    int next = at;
    if (!lineChecked) {
      int lineEnd = Bytes.lineFeed(m, at, end);
      if (lineEnd < 0) {
        return keepPartLine(m, from, end);
      }
      if (buffered > 0) {
        if (!keep(m, at, lineEnd + 1)) {
          return mismatch(at, end, end);
        }
        from = lineEnd + 1;
        kind = kindOf(buffer, 0, buffered - 1);
      } else {
        kind = kindOf(m, at, lineEnd);
      }
      if (kind == MessageStart.NO) {
        boolean preface =
            buffered > 0
                ? Http2Session.isPrefaceLine(buffer, 0, buffered)
                : Http2Session.isPrefaceLine(m, at, lineEnd + 1);
        if (preface && connection.beginHttp2(side)) {
          connection.http2().prefaceLineSeen();
          dropBuffer();
          state = State.HTTP2;
          return lineEnd + 1;
        }
        if (messageStart == 0 && isSimple(m, at, lineEnd)) {
          return simpleRequest(m, at, lineEnd + 1);
        }
        return mismatch(at, end, lineEnd + 1);
      }
      lineChecked = true;
      sectionEnd.atLineStart();
      next = lineEnd + 1;
    }
    if (buffered == 0) {
      int whole = worker.lines.scan(m, at, end);
      if (whole >= 0) { // nearly always a head is in one piece
        headBytes += whole - at;
        message(m, at, whole, true);
        return whole;
      }
    }
    int headEnd = sectionEnd.find(m, next, end);
    headBytes += (headEnd < 0 ? end : headEnd) - at;
    if (headEnd < 0) {
      return keepOrCut(m, from, end);
    }
    if (!keep(m, from, headEnd)) {
      return mismatch(at, end, headEnd);
    }
    bufferedMessage(true);
    return headEnd;
  }

  /** "T / HTTP/1.1" or "x HTTP/1.1" may be the rest of a request whose start was not captured. */
  private MessageStart kindOf(byte[] m, int from, int lineEnd) {
    MessageStart start = MessageStart.ofLine(m, from, lineEnd);
    boolean part =
        startUnsure
            && start == MessageStart.REQUEST
            && (Methods.startsWithEnd(m, from, lineEnd) || isEndOfTarget(m, from, lineEnd));
    return part ? MessageStart.NO : start;
  }

  private static boolean isEndOfTarget(byte[] m, int from, int lineEnd) {
    int version = MessageStart.versionOf(m, from, lineEnd);
    int word = version < 0 ? from : MessageStart.trimEnd(m, from, version);
    return word > from && !Bytes.hasSpace(m, from, word) && !Methods.isKnown(m, from, word);
  }

  private boolean isSimple(byte[] m, int at, int lineEnd) {
    return buffered > 0
        ? MessageStart.isSimpleRequest(buffer, 0, buffered - 1)
        : MessageStart.isSimpleRequest(m, at, lineEnd);
  }

  /** HTTP/0.9: the line is all of it. */
  private int simpleRequest(byte[] m, int at, int next) {
    kind = MessageStart.REQUEST;
    connection.simpleRequest();
    headBytes += next - at;
    if (buffered > 0) {
      bufferedMessage(true);
    } else {
      worker.lines.scan(m, at, next);
      message(m, at, next, true);
    }
    return next;
  }

  /** The first line is not complete; of an endless one enough is kept to tell what it asked for. */
  private int keepPartLine(byte[] m, int from, int end) {
    if (MessageStart.ofPrefix(m, from, end) == MessageStart.NO && buffered == 0) {
      return mismatchInLine(from, end);
    }
    headBytes += end - from;
    int room = worker.options.maxHeadBytes() - buffered;
    if (end - from < room) {
      boolean kept = keep(m, from, end);
      return kept && MessageStart.ofPrefix(buffer, 0, buffered) != MessageStart.NO
          ? end
          : mismatchInLine(from, end);
    }
    if (!keep(m, from, from + room)
        || MessageStart.ofPrefix(buffer, 0, buffered) != MessageStart.REQUEST
        || Bytes.hasControl(buffer, 0, buffered)) {
      return mismatchInLine(from, end);
    }
    kind = MessageStart.REQUEST;
    lineChecked = true;
    return cut(from + room);
  }

  private int mismatchInLine(int from, int end) {
    mismatch(from, end, end);
    atLine = false;
    return end;
  }

  private int keepOrCut(byte[] m, int from, int end) {
    int room = worker.options.maxHeadBytes() - buffered;
    if (end - from < room) {
      return keep(m, from, end) ? end : mismatch(from, end, end);
    }
    if (!keep(m, from, from + room)) {
      return mismatch(from, end, end);
    }
    sectionEnd.midLine();
    int next = cut(from + room);
    headBytes -= end - next;
    return next;
  }

  /** The head is longer than the limit: its start stands for it. */
  private int cut(int next) {
    worker.counters.increment(HttpCounter.HEAD_LIMIT);
    headFlags = HttpFlag.HEADER_LIMIT.bit() | HttpFlag.TRUNCATED.bit();
    bufferedMessage(true);
    if (state != State.TUNNEL) {
      afterSkip = state;
      state = State.SKIP_HEAD;
    }
    sectionEnd.midLine();
    headBytes = 0;
    return next;
  }

  private int skipHead(byte[] m, int at, int end) {
    int headEnd = sectionEnd.find(m, at, end);
    int next = headEnd < 0 ? end : headEnd;
    headBytes += next - at;
    if (headEnd >= 0) {
      state = afterSkip;
    } else if (headBytes > MAX_SKIPPED_HEAD) {
      endMessage();
      lose();
    }
    return next;
  }

  private boolean keep(byte[] m, int from, int end) {
    int size = end - from;
    int needed = buffered + size;
    if (buffer == null || buffer.length < needed) {
      byte[] larger = worker.buffers.take(needed);
      if (larger == null) {
        worker.counters.increment(HttpCounter.HEAD_BUFFER_REFUSED);
        return false;
      }
      if (buffer != null) {
        System.arraycopy(buffer, 0, larger, 0, buffered);
        worker.buffers.give(buffer);
      }
      buffer = larger;
    }
    System.arraycopy(m, from, buffer, buffered, size);
    buffered = needed;
    return true;
  }

  private void dropBuffer() {
    if (buffer != null) {
      worker.buffers.give(buffer);
      buffer = null;
    }
    buffered = 0;
  }

  /** The same where the section was put together. */
  private void bufferedMessage(boolean whole) {
    worker.lines.scan(buffer, 0, buffered);
    message(buffer, 0, buffered, whole);
    dropBuffer();
  }

  /**
   * A header section is there, whole or as far as it will ever be; its lines have been looked at.
   */
  private void message(byte[] m, int from, int end, boolean whole) {
    spoken = true;
    onMismatch = State.SEARCH;
    if (kind == MessageStart.REQUEST) {
      MessageHead head = worker.parser.request(worker.lines, m, from, end);
      flagHead(head);
      request(head, whole);
    } else {
      MessageHead head = worker.parser.response(worker.lines, m, from, end);
      flagHead(head);
      response(head, whole);
    }
  }

  private void flagHead(MessageHead head) {
    head.flags |= headFlags;
    headFlags = 0;
    int controls = worker.lines.controls();
    if (controls != 0) {
      flagControls(head, controls);
    }
    if (stray) {
      head.flag(HttpFlag.STRAY_DATA);
      stray = false;
    }
    if (blankLines) {
      head.flag(HttpFlag.LEADING_EMPTY_LINES);
      blankLines = false;
    }
  }

  private static void flagControls(MessageHead head, int controls) {
    if ((controls & HeadLines.NUL) != 0) {
      head.flag(HttpFlag.NUL_IN_HEADER);
    }
    if ((controls & HeadLines.CONTROL) != 0) {
      head.flag(HttpFlag.CONTROL_IN_HEADER);
    }
    if ((controls & HeadLines.BARE_CR) != 0) {
      head.flag(HttpFlag.BARE_CR);
    }
  }

  private void request(MessageHead head, boolean whole) {
    Exchange e = connection.request(side, head, this);
    request = e;
    if (!whole) {
      e.flags |= HttpFlag.TRUNCATED.bit();
      return;
    }
    if (head.chunked && !head.has(HttpFlag.MISSING_VERSION)) {
      chunks();
    } else if (head.contentLength > 0) {
      remaining = head.contentLength;
      state = State.BODY;
    } else {
      endMessage();
    }
  }

  private void response(MessageHead head, boolean whole) {
    int status = head.status;
    boolean interim = status >= 100 && status < 200 && status != 101;
    if (interim) {
      worker.counters.increment(HttpCounter.INTERIM_RESPONSES);
      state = State.START;
      return;
    }
    Reply r = connection.response(side, head, this);
    reply = r;
    Exchange e = connection.answered(side, r);
    if (!whole) {
      r.flags |= HttpFlag.TRUNCATED.bit();
      return;
    }
    boolean tunnels = status == 101 || e != null && e.leavesHttp(status);
    if (tunnels) {
      r.flags |= HttpFlag.UPGRADED.bit();
      boolean toHttp2 = status == 101 && head.upgradesToHttp2() && connection.beginHttp2(1 - side);
      if (toHttp2 && e != null) {
        connection.answerOnHttp2(e);
      }
      endMessage();
      connection.upgrade(side, e != null || r.peer <= connection.position(1 - side));
      return;
    }
    boolean empty = status == 204 || status == 304 || e != null && e.isHead;
    if (empty) {
      endMessage();
    } else if (head.chunked) {
      chunks();
    } else if (head.contentLength != MessageHead.NO_LENGTH) {
      if (head.contentLength == 0) {
        endMessage();
      } else {
        remaining = head.contentLength;
        state = State.BODY;
      }
    } else {
      state = State.UNTIL_CLOSE;
    }
  }

  // ---- bodies

  private boolean startsHere(byte[] m, int at, int end) {
    return at == 0 && reply != null && connection.startsHere(side, m, at, end);
  }

  private int cutBody(int at) {
    reply.flags |= HttpFlag.BODY_CUT_SHORT.bit();
    return endBody(at);
  }

  private int endBody(int at) {
    endMessage();
    return at;
  }

  /** A server may send its SETTINGS before the client's preface is seen. */
  private int settings(byte[] m, int from, int end) {
    if (settings == null) {
      settings = new byte[Http2Session.FRAME_HEADER_BYTES];
    }
    int at = from;
    while (at < end && settingsBytes < settings.length) {
      settings[settingsBytes++] = (byte) Bytes.at(m, at++);
      if (!Http2Session.canBeSettings(settings, settingsBytes)) {
        return noSettings(from, settingsBytes - (at - from));
      }
    }
    if (settingsBytes < settings.length) {
      return at;
    }
    if (!connection.beginHttp2(1 - side)) {
      return noSettings(at, settingsBytes);
    }
    state = State.HTTP2;
    connection.http2().data(side, settings, 0, settings.length, tcp);
    return at;
  }

  /** Only a zero byte, as that of a keep-alive probe: what follows may be a message. */
  private int noSettings(int next, long foreignBytes) {
    worker.counters.add(HttpCounter.FOREIGN_BYTES, foreignBytes);
    connection.pickedUpInside();
    state = State.FOREIGN;
    return next;
  }

  private int body(int at, int end) {
    int bytes = (int) Math.min(remaining, end - at);
    countBody(bytes);
    remaining -= bytes;
    if (remaining == 0) {
      endMessage();
    }
    return at + bytes;
  }

  private int untilClose(int at, int end) {
    countBody(end - at);
    return end;
  }

  private void chunks() {
    if (chunks == null) {
      chunks = new ChunkReader(worker.options.maxHeadBytes());
    }
    chunks.open();
    state = State.CHUNK_FRAMING;
  }

  private int chunkFraming(byte[] m, int at, int end) {
    int next = chunks.read(m, at, end);
    switch (chunks.found()) {
      case NOTHING -> {
        // the rest comes with the next slice, or is another part of the framing
      }
      case DATA -> {
        remaining = chunks.size();
        state = State.CHUNK_DATA;
      }
      case END -> endMessage();
      case BAD_SIZE -> {
        flagMessage(HttpFlag.BAD_CHUNK_SIZE);
        endMessage();
        lose();
        atLine = chunks.lineEnded();
      }
      case TRAILER_LIMIT -> {
        endMessage();
        lose();
      }
    }
    return next;
  }

  private int chunkData(int at, int end) {
    int bytes = (int) Math.min(remaining, end - at);
    countBody(bytes);
    remaining -= bytes;
    if (remaining == 0) {
      chunkDataRead();
    }
    return at + bytes;
  }

  private void chunkDataRead() {
    chunks.dataRead();
    state = State.CHUNK_FRAMING;
  }

  private void countBody(long bytes) {
    if (request != null) {
      request.bodyBytes += bytes;
    } else if (reply != null) {
      reply.bodyBytes += bytes;
      reply.lastNs = tcp.timestampNs;
    }
  }

  private void flagMessage(HttpFlag flag) {
    if (request != null) {
      request.flags |= flag.bit();
    } else if (reply != null) {
      reply.flags |= flag.bit();
    }
  }

  /** The message is over; between messages from here. */
  private void endMessage() {
    state = State.START;
    inStep = true;
    blankLines = false;
    if (request != null) {
      Exchange e = request;
      request = null;
      e.done = true;
      connection.changed(side);
      if (tunnelNext) {
        tunnel();
      }
    } else if (reply != null) {
      Reply r = reply;
      reply = null;
      r.done = true;
      r.lastNs = Math.max(r.lastNs, tcp.timestampNs);
      connection.changed(1 - side);
    }
  }

  // ---- gaps and what follows them

  /**
   * Returns how many of the missing bytes were in a body.
   *
   * @param unseen false where they are known to have been there: in a body their number is enough
   */
  long gap(long length, boolean unseen) {
    switch (state) {
      case BODY, CHUNK_DATA -> {
        long inside = Math.min(length, remaining);
        countBody(inside);
        if (unseen) {
          countGap(inside);
        }
        remaining -= inside;
        if (remaining > 0) {
          return inside;
        }
        if (state == State.CHUNK_DATA) {
          chunkDataRead();
          if (inside == length) {
            return inside;
          }
          flagMessage(HttpFlag.TRUNCATED);
        }
        boolean exact = inside == length;
        if (state == State.BODY || !exact) {
          endMessage();
        }
        if (!exact) {
          lose();
        }
        return inside;
      }
      case UNTIL_CLOSE -> {
        countBody(length);
        if (unseen) {
          countGap(length);
        }
        return length;
      }
      case TUNNEL -> {
        worker.counters.add(HttpCounter.UPGRADED_BYTES, length);
        return length;
      }
      case HTTP2 -> {
        return connection.http2().gap(side, length);
      }
      case FOREIGN, SETTINGS -> {
        state = State.FOREIGN;
        startLost = true;
        if (unseen) {
          connection.messagesLost(side); // they may have been the first ones
        }
        return 0;
      }
      case HEAD -> {
        cutHead();
        startLost = true;
        countGap(length);
        endMessage();
        lose();
        return 0;
      }
      case CHUNK_FRAMING, SKIP_HEAD -> {
        flagMessage(HttpFlag.TRUNCATED);
        countGap(length);
        endMessage();
        lose();
        return 0;
      }
      case START, SEARCH -> {
        startLost = true;
        if (tunnelNext) { // the request is among what was lost
          tunnel();
        } else if (onMismatch == State.SEARCH || connection.isHttp()) {
          lose();
        } else {
          connection.messagesLost(side);
        }
        return 0;
      }
    }
    throw new AssertionError(state);
  }

  private void countGap(long bytes) {
    if (request != null) {
      request.gapBytes += bytes;
    } else if (reply != null) {
      reply.gapBytes += bytes;
    }
  }

  /** The rest of the header section will not come: what there is of it is used. */
  private void cutHead() {
    if (!lineChecked && !isPartOfRequestLine()) {
      dropBuffer();
      return;
    }
    if (buffered > 0) {
      bufferedMessage(false);
    }
  }

  /** Without its version only a usual method and target are taken for a request. */
  private boolean isPartOfRequestLine() {
    int end = MessageStart.trimEnd(buffer, 0, buffered);
    boolean is =
        startProven
            && MessageStart.ofPrefix(buffer, 0, end) == MessageStart.REQUEST
            && Methods.startsWithKnown(buffer, 0, end)
            && !Bytes.hasControl(buffer, 0, end);
    if (is) {
      kind = MessageStart.REQUEST;
    }
    return is;
  }

  private int search(byte[] m, int at, int end) {
    int found = worker.nextMessage(m, at, end, atLine);
    int next = found < 0 ? end : found;
    atLine = Bytes.at(m, end - 1) == Bytes.LF;
    remaining -= next - at;
    worker.counters.add(HttpCounter.SEARCHED_BYTES, next - at);
    if (found >= 0) {
      worker.counters.increment(HttpCounter.RESYNCHRONISED);
      state = State.START;
      onMismatch = State.SEARCH;
    } else if (remaining <= 0) {
      state = State.FOREIGN;
    }
    return next;
  }

  /** Only a message that starts with a slice is seen here. */
  private int foreign(byte[] m, int at, int end) {
    if (at == 0 && MessageStart.ofPrefix(m, at, end) != MessageStart.NO) {
      onMismatch = State.FOREIGN;
      state = State.START;
      return at;
    }
    worker.counters.add(HttpCounter.FOREIGN_BYTES, end - at);
    return end;
  }

  // ---- the end

  /** No more bytes come. */
  void end(boolean inOrder) {
    switch (state) {
      case HEAD -> {
        cutHead();
        flagMessage(request != null ? HttpFlag.REQUEST_INCOMPLETE : HttpFlag.RESPONSE_INCOMPLETE);
        endMessage();
      }
      case UNTIL_CLOSE -> {
        if (!inOrder) {
          flagMessage(HttpFlag.RESPONSE_INCOMPLETE);
        }
        endMessage();
      }
      case BODY, CHUNK_FRAMING, CHUNK_DATA, SKIP_HEAD -> {
        flagMessage(request != null ? HttpFlag.REQUEST_INCOMPLETE : HttpFlag.RESPONSE_INCOMPLETE);
        endMessage();
      }
      default -> {
        // between messages, or not HTTP
      }
    }
  }

  long messageStart() {
    return messageStart;
  }

  long messagePeer() {
    return messagePeer;
  }

  long messageNs() {
    return messageNs;
  }

  int messageSequence() {
    return messageSequence;
  }

  long headBytes() {
    return headBytes;
  }
}
