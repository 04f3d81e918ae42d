package io.sluice.collector.protocol.http;

import io.netty.util.AsciiString;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.flow.Flow;
import io.sluice.collector.protocol.http2.HeaderSection;
import io.sluice.collector.protocol.http2.Http2Listener;
import io.sluice.collector.protocol.http2.Http2Session;
import io.sluice.collector.reassembly.TcpFlow;
import io.sluice.collector.reassembly.TcpStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The exchanges of an HTTP/2 connection (RFC 9113), by stream. An event leaves when its stream is
 * over, so a long stream holds nothing up. Streams at a time are bounded as requests that wait on
 * an HTTP/1 connection are; at the bound the oldest leaves. Owned by one worker thread.
 */
final class Http2Connection implements Http2Listener {
  private static final String VERSION = "2";
  private static final int MAX_GRPC_STATUS_DIGITS = 3;

  /** A stream whose event has not left. */
  private static final class Open {
    /** Null where the answer was captured before the request, or the request is lost. */
    Exchange e;

    Reply reply;

    /** The 101 that led here; it stands for the answer where that does not come. Or null. */
    Reply switching;

    long declaredBytes = MessageHead.NO_LENGTH;
    long deadlineNs;
    boolean replyEnds;
    boolean reset;

    boolean isOver() {
      return e != null && (reset || e.done && replyEnds);
    }
  }

  private final HttpWorker worker;
  private final HttpConnection connection;
  private final Http2Session session;
  private final int client;
  private final LinkedHashMap<Integer, Open> streams = new LinkedHashMap<>();
  private long nextDeadlineNs = Long.MAX_VALUE;

  /** The highest stream that the client has opened; its numbers only rise. */
  private int lastAsked;

  /** Stream 1 has had its request. */
  private boolean firstAsked;

  // what is being read of a section
  private Exchange reading;
  private Reply readingReply;
  private boolean injected;
  private AsciiString hostHeader;
  private long contentLength;

  /**
   * @param client side that sends the requests
   */
  Http2Connection(HttpWorker worker, HttpConnection connection, int client) {
    this.worker = worker;
    this.connection = connection;
    this.client = client;
    session = new Http2Session(this, client, worker.options.maxHeadBytes());
    worker.counters.increment(HttpCounter.HTTP2_CONNECTIONS);
  }

  /**
   * The request that asked for the upgrade: its answer comes on stream 1 (RFC 7540, 3.2), and makes
   * one event with it. The request has the 101 as its reply.
   *
   * @return false where the stream is taken: then the request stays what it was
   */
  boolean answerOnFirstStream(Exchange e) {
    if (e.emitted || firstAsked) {
      return false;
    }
    e.flags |= HttpFlag.H2C_UPGRADE.bit();
    Open open = open(1, e.deadlineNs);
    open.switching = e.reply;
    open.e = e;
    e.reply = null;
    firstAsked = true;
    lastAsked = Math.max(lastAsked, 1);
    return true;
  }

  /** The request that asked for the upgrade may have ended, on HTTP/1. */
  void upgradeChanged() {
    Open open = streams.get(1);
    if (open != null && open.switching != null && open.isOver()) {
      leave(1, 0);
    }
  }

  // ---- from the streams of bytes

  /** The first line of the client's preface was read elsewhere. */
  void prefaceLineSeen() {
    session.prefaceLineSeen();
  }

  void data(int side, byte[] m, int from, int end, TcpStream tcp) {
    int read = session.data(side, m, from, end, tcp);
    worker.counters.add(HttpCounter.HTTP2_BYTES, read);
    worker.counters.add(HttpCounter.HTTP2_UNREADABLE_BYTES, end - from - read);
  }

  /** Returns how many of the missing bytes were content. */
  long gap(int side, long length) {
    return session.gap(side, length);
  }

  long deadlineNs() {
    return nextDeadlineNs;
  }

  void onTime(long nowNs) {
    if (nextDeadlineNs - nowNs > 0) {
      return;
    }
    nextDeadlineNs = Long.MAX_VALUE;
    for (int stream : List.copyOf(streams.keySet())) {
      Open open = streams.get(stream);
      if (open.e != null && open.reply != null) {
        continue;
      }
      if (open.deadlineNs - nowNs > 0) {
        nextDeadlineNs = Math.min(nextDeadlineNs, open.deadlineNs);
        continue;
      }
      if (open.e != null) {
        worker.counters.increment(HttpCounter.TIMEOUTS);
      }
      leave(stream, HttpFlag.RESPONSE_TIMEOUT.bit());
    }
  }

  /** Nothing more comes: what is open leaves as it is. */
  void close() {
    for (int stream : List.copyOf(streams.keySet())) {
      leave(stream, 0);
    }
  }

  // ---- from the frames

  @Override
  public void onHeaders(int side, int streamId, HeaderSection section, boolean endsStream) {
    if (side != client) {
      answer(streamId, section, endsStream);
      return;
    }
    Open open = streams.get(streamId);
    boolean isNew = open == null ? streamId > lastAsked : open.e == null;
    if (isNew && section.first(":method") != null) {
      lastAsked = Math.max(lastAsked, streamId);
      firstAsked |= streamId == 1;
      ask(streamId, section, 0);
    }
    if (endsStream) {
      onEndStream(side, streamId);
    }
  }

  @Override
  public void onPushPromise(int side, int promisedId, HeaderSection section) {
    if (side != client && !streams.containsKey(promisedId) && section.first(":method") != null) {
      ask(promisedId, section, HttpFlag.HTTP2_PUSHED.bit());
      onEndStream(client, promisedId);
    }
  }

  @Override
  public void onData(int side, int streamId, long bytes, long missing) {
    Open open = streams.get(streamId);
    if (open == null) {
      return;
    }
    if (side == client && open.e != null) {
      open.e.bodyBytes += bytes;
      open.e.gapBytes += missing;
    } else if (side != client && open.reply != null) {
      open.reply.bodyBytes += bytes;
      open.reply.gapBytes += missing;
      open.reply.lastNs = connection.timestampNs(side);
    }
  }

  @Override
  public void onEndStream(int side, int streamId) {
    Open open = streams.get(streamId);
    if (open == null) {
      return;
    }
    Exchange e = open.e;
    if (side == client && e != null) {
      e.done = true;
      boolean differs = open.declaredBytes >= 0 && open.declaredBytes != e.bodyBytes;
      if (differs) {
        e.flags |= HttpFlag.DIFFERING_CONTENT_LENGTH.bit();
      }
    } else if (side != client) {
      open.replyEnds = true;
      if (open.reply != null) {
        open.reply.done = true;
        open.reply.lastNs = Math.max(open.reply.lastNs, connection.timestampNs(side));
      }
    }
    if (open.isOver()) {
      leave(streamId, 0);
    }
  }

  @Override
  public void onReset(int side, int streamId) {
    Open open = streams.get(streamId);
    if (open != null) {
      // A server that has answered may say that it does not want the rest of the request.
      boolean answered = open.replyEnds && side != client;
      open.reset = true;
      if (open.e != null) {
        leave(streamId, answered ? 0 : HttpFlag.HTTP2_RESET.bit());
      }
    }
  }

  @Override
  public void onGoAway(int side, int lastStreamId) {
    if (side == client) {
      return;
    }
    for (int stream : List.copyOf(streams.keySet())) {
      boolean asked = (stream & 1) == 1;
      if (asked && stream > lastStreamId && streams.get(stream).reply == null) {
        leave(stream, HttpFlag.HTTP2_RESET.bit());
      }
    }
  }

  @Override
  public void onLost(int side) {
    worker.counters.increment(HttpCounter.HTTP2_LOST);
    long flags = HttpFlag.HTTP2_LOST.bit() | HttpFlag.TRUNCATED.bit();
    for (int stream : List.copyOf(streams.keySet())) {
      Open open = streams.get(stream);
      boolean concerned = side == client ? open.e == null || !open.e.done : !open.replyEnds;
      if (concerned) {
        leave(stream, flags);
      }
    }
  }

  // ---- exchanges

  private void ask(int streamId, HeaderSection section, long flags) {
    Exchange e = worker.takeExchange();
    e.fromLow = client == Flow.FROM_LOW;
    e.sequence = section.sequence;
    e.firstNs = section.timestampNs;
    e.deadlineNs = e.firstNs + worker.options.responseTimeoutNs();
    e.headerBytes = section.wireBytes;
    e.version = VERSION;
    e.flags = flags;
    readRequest(e, section);
    Open open = enter(streamId, e);
    open.declaredBytes = contentLength;
    if (open.reset) {
      leave(streamId, HttpFlag.HTTP2_RESET.bit());
    }
  }

  /** Adds the stream's request, beside an answer that was captured before it. */
  private Open enter(int streamId, Exchange e) {
    worker.counters.increment(HttpCounter.REQUESTS);
    worker.counters.increment(HttpCounter.PENDING);
    e.depth = connection.nextDepth();
    Open open = streams.get(streamId);
    if (open == null) {
      open = open(streamId, e.deadlineNs);
    } else if (open.reply != null) {
      worker.counters.add(HttpCounter.HELD, -1);
      worker.counters.increment(HttpCounter.PAIRED);
    }
    open.e = e;
    return open;
  }

  private Open open(int streamId, long deadlineNs) {
    if (streams.size() >= worker.options.maxPending()) {
      worker.counters.increment(HttpCounter.PENDING_LIMIT);
      leave(streams.firstEntry().getKey(), HttpFlag.EXCESSIVE_PIPELINING.bit());
    }
    Open open = new Open();
    open.deadlineNs = deadlineNs;
    streams.put(streamId, open);
    nextDeadlineNs = Math.min(nextDeadlineNs, deadlineNs);
    return open;
  }

  private void answer(int streamId, HeaderSection section, boolean endsStream) {
    int status = number(section.first(":status"), 3);
    if (status >= 100 && status < 200) {
      worker.counters.increment(HttpCounter.INTERIM_RESPONSES);
      return;
    }
    Open open = streams.get(streamId);
    if (status >= 0 && (open == null || open.reply == null)) {
      worker.counters.increment(HttpCounter.RESPONSES);
      boolean early = open == null && (streamId & 1) == 1 && streamId > lastAsked;
      if (early) {
        open = open(streamId, section.timestampNs + worker.options.responseTimeoutNs());
      }
      worker.counters.increment(
          open == null
              ? HttpCounter.UNMATCHED
              : open.e == null ? HttpCounter.HELD : HttpCounter.PAIRED);
    }
    if (open == null) {
      return;
    }
    if (open.reply == null && status >= 0) {
      Reply r = worker.takeReply();
      r.status = status;
      r.reason = "";
      r.firstNs = section.timestampNs;
      r.lastNs = section.timestampNs;
      r.headerBytes = section.wireBytes;
      open.reply = r;
      readResponse(r, section);
    } else if (open.reply != null) {
      open.reply.headerBytes += section.wireBytes;
    }
    if (open.reply != null) {
      int grpcStatus = number(section.first("grpc-status"), MAX_GRPC_STATUS_DIGITS);
      if (grpcStatus >= 0) {
        open.reply.grpcStatus = grpcStatus;
      }
    }
    if (endsStream) {
      onEndStream(1 - client, streamId);
    }
  }

  /** Makes the event of a stream, where its request is known, and forgets the stream. */
  private void leave(int streamId, long flags) {
    Open open = streams.remove(streamId);
    Reply reply = open.reply != null ? open.reply : open.switching;
    Exchange e = open.e;
    if (e == null && reply != null) {
      worker.counters.add(HttpCounter.HELD, -1);
      worker.counters.increment(HttpCounter.UNMATCHED);
    }
    if (e != null) {
      e.reply = reply;
      e.flags |= flags;
      if (!e.done) {
        e.flags |= HttpFlag.REQUEST_INCOMPLETE.bit();
      }
      if (reply != null && !reply.done) {
        reply.flags |= HttpFlag.RESPONSE_INCOMPLETE.bit();
      }
      if (reply != null && e.isConnect && reply.status >= 200 && reply.status < 300) {
        reply.flags |= HttpFlag.UPGRADED.bit();
      }
      connection.emit(e);
      if (e.done || open.switching == null) { // else HTTP/1 still reads it
        worker.give(e);
      }
    }
    if (reply != null) {
      worker.give(reply);
    }
    if (open.switching != null && open.switching != reply) {
      worker.give(open.switching);
    }
  }

  // ---- headers

  private void readRequest(Exchange e, HeaderSection section) {
    begin(section);
    reading = e;
    e.method = common(section.first(":method"));
    e.isHead = e.method.equals("HEAD");
    AsciiString path = section.first(":path");
    e.isConnect = e.method.equals("CONNECT") && path == null;
    if (!Methods.isKnown(e.method)) {
      e.flags |= HttpFlag.UNKNOWN_METHOD.bit();
    }
    AsciiString authority = section.first(":authority");
    AsciiString scheme = section.first(":scheme");
    e.scheme = scheme == null ? null : common(scheme.toLowerCase());
    if (section.cut) {
      e.flags |= HttpFlag.HEADER_LIMIT.bit() | HttpFlag.TRUNCATED.bit();
    }
    section.forEach(this::requestHeader);
    boolean named = authority != null && !authority.isEmpty();
    AsciiString host = named ? authority : hostHeader;
    if (named && hostHeader != null && !authority.contentEqualsIgnoreCase(hostHeader)) {
      e.flags |= HttpFlag.DUPLICATE_HOST.bit();
    }
    if (host != null) {
      e.authority = common(host);
      e.host = EventBuilder.withoutPort(e.authority);
    } else {
      e.flags |= HttpFlag.MISSING_HOST.bit();
    }
    e.target = target(e, path == null ? host : path);
    e.headers = values(worker.content.requestHeaders(), section);
    if (worker.headerValues.wasCut()) {
      e.flags |= HttpFlag.HEADER_VALUES_CUT.bit();
    }
    if (worker.forwardedClient.isAsked()) {
      readForwarded(e, section);
    }
    e.flags |= injected ? HttpFlag.HEADER_INJECTION.bit() : 0;
    reading = null;
  }

  private String target(Exchange e, AsciiString target) {
    if (target == null) {
      return "";
    }
    int maxUrlBytes = worker.options.maxUrlBytes();
    if (target.length() <= maxUrlBytes) {
      return text(target);
    }
    e.flags |= HttpFlag.URL_LIMIT.bit() | HttpFlag.TRUNCATED.bit();
    return text(target.subSequence(0, maxUrlBytes, false));
  }

  private void readResponse(Reply r, HeaderSection section) {
    begin(section);
    readingReply = r;
    if (section.cut) {
      r.flags |= HttpFlag.HEADER_LIMIT.bit() | HttpFlag.TRUNCATED.bit();
    }
    section.forEach(this::responseHeader);
    r.headers = values(worker.content.responseHeaders(), section);
    if (worker.headerValues.wasCut()) {
      r.flags |= HttpFlag.HEADER_VALUES_CUT.bit();
    }
    r.flags |= injected ? HttpFlag.HEADER_INJECTION.bit() : 0;
    readingReply = null;
  }

  private void begin(HeaderSection section) {
    injected = false;
    hostHeader = null;
    contentLength = MessageHead.NO_LENGTH;
  }

  private void requestHeader(AsciiString name, AsciiString value) {
    injected |= hasLineEnd(name) || hasLineEnd(value);
    switch (name.toString()) {
      case "host" -> hostHeader = value;
      case "user-agent" -> reading.userAgent = common(value);
      case "referer" -> reading.referrer = common(value);
      case "content-type" -> reading.contentType = common(value);
      case "content-length" -> contentLength(value);
      case "transfer-encoding" -> reading.flags |= HttpFlag.ODD_TRANSFER_ENCODING.bit();
      default -> {
        // not in the event, unless asked for
      }
    }
  }

  private void contentLength(AsciiString value) {
    long length = 0;
    boolean number = !value.isEmpty() && value.length() <= 18;
    for (int i = 0; number && i < value.length(); i++) {
      number = Bytes.isDigit(value.byteAt(i));
      length = length * 10 + value.byteAt(i) - '0';
    }
    if (!number) {
      reading.flags |= HttpFlag.BAD_CONTENT_LENGTH.bit();
    } else if (contentLength >= 0 && contentLength != length) {
      reading.flags |= HttpFlag.DIFFERING_CONTENT_LENGTH.bit();
    } else {
      contentLength = length;
    }
  }

  private void responseHeader(AsciiString name, AsciiString value) {
    injected |= hasLineEnd(name) || hasLineEnd(value);
    if (readingReply.contentType == null && name.contentEquals("content-type")) {
      readingReply.contentType = common(value);
    }
  }

  private List<RequestEvent.Header> values(HeaderNames names, HeaderSection section) {
    HeaderValues values = worker.headerValues.begin();
    if (names.isEmpty()) {
      return List.of();
    }
    section.forEach((name, value) -> {
      boolean pseudo = !name.isEmpty() && name.byteAt(0) == ':';
      if (pseudo) {
        return;
      }
      String text = common(name);
      if (names.contains(text)) {
        int from = value.arrayOffset();
        values.add(text, value.array(), from, from + value.length());
      }
    });
    return values.taken();
  }

  private void readForwarded(Exchange e, HeaderSection section) {
    List<String> forwardedFor = new ArrayList<>();
    List<String> forwarded = new ArrayList<>();
    section.forEach((name, value) -> {
      if (name.contentEquals(EventBuilder.FORWARDED_FOR)) {
        forwardedFor.add(text(value));
      } else if (name.contentEquals(EventBuilder.FORWARDED)) {
        forwarded.add(text(value));
      }
    });
    TcpFlow tcp = connection.tcp();
    ForwardedClient.Verdict verdict =
        worker.forwardedClient.of(
            tcp.addressHigh(client), tcp.addressLow(client), forwardedFor, forwarded);
    e.realClientIp = worker.forwardedClient.client();
    if (verdict == ForwardedClient.Verdict.CONTRADICTORY) {
      e.flags |= HttpFlag.FORWARDED_CONTRADICTORY.bit();
    }
  }

  private static boolean hasLineEnd(AsciiString text) {
    for (int i = 0; i < text.length(); i++) {
      int b = text.byteAt(i);
      if (b == Bytes.CR || b == Bytes.LF || b == 0) {
        return true;
      }
    }
    return false;
  }

  /** A decimal number of at most so many digits, or -1. */
  private static int number(AsciiString text, int maxDigits) {
    if (text == null || text.isEmpty() || text.length() > maxDigits) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!Bytes.isDigit(text.byteAt(i))) {
        return -1;
      }
      number = number * 10 + text.byteAt(i) - '0';
    }
    return number;
  }

  private String common(AsciiString text) {
    int from = text.arrayOffset();
    return worker.texts.readCommon(text.array(), from, from + text.length());
  }

  private String text(AsciiString text) {
    int from = text.arrayOffset();
    return worker.texts.read(text.array(), from, from + text.length());
  }
}
