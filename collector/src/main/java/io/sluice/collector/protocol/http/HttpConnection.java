package io.sluice.collector.protocol.http;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.flow.Flow;
import io.sluice.collector.reassembly.EndReason;
import io.sluice.collector.reassembly.StreamHandler;
import io.sluice.collector.reassembly.TcpFlow;
import java.lang.foreign.MemorySegment;

/**
 * The HTTP of one TCP connection: two streams of messages, and which reply belongs to which
 * request. Either side may turn out to be the client. Events leave in the order of their requests.
 * Owned by one worker thread, pooled.
 */
final class HttpConnection implements StreamHandler {
  private static final int BOTH = 3;

  private final HttpWorker worker;
  private final Counters<HttpCounter> counters;
  private final HttpStream low;
  private final HttpStream high;

  /** Requests by the side that sent them. */
  private final ExchangeQueue fromLow;

  private final ExchangeQueue fromHigh;

  private TcpFlow flow;

  /** Null unless the connection speaks HTTP/2. */
  private Http2Connection http2;

  private RequestEvent.Flow lowIsClient;
  private RequestEvent.Flow highIsClient;
  private int depth;
  private boolean midstream;
  private boolean simple;

  // bits by side
  private int ends;
  private int orderlyEnds;

  HttpConnection(HttpWorker worker) {
    this.worker = worker;
    this.counters = worker.counters;
    low = new HttpStream(this, worker, Flow.FROM_LOW);
    high = new HttpStream(this, worker, Flow.FROM_HIGH);
    fromLow = new ExchangeQueue(counters, worker.options.maxPending());
    fromHigh = new ExchangeQueue(counters, worker.options.maxPending());
  }

  void open(TcpFlow flow) {
    this.flow = flow;
    low.open(flow.stream(Flow.FROM_LOW));
    high.open(flow.stream(Flow.FROM_HIGH));
    lowIsClient = null;
    highIsClient = null;
    depth = 0;
    midstream = false;
    simple = false;
    ends = 0;
    orderlyEnds = 0;
    http2 = null;
  }

  private HttpStream stream(int side) {
    return side == Flow.FROM_LOW ? low : high;
  }

  private ExchangeQueue requestsOf(int side) {
    return side == Flow.FROM_LOW ? fromLow : fromHigh;
  }

  // ---- from reassembly

  @Override
  public void onData(int side, MemorySegment memory, long offset, int length) {
    stream(side).data(memory, offset, length);
  }

  @Override
  public void onGap(int side, long length) {
    stream(side).gap(length, true);
  }

  @Override
  public long onCut(int side, long length) {
    return stream(side).gap(length, false);
  }

  @Override
  public void onEnd(int side, EndReason reason) {
    boolean inOrder = reason == EndReason.FIN;
    HttpStream stream = stream(side);
    if (inOrder && stream.endsBetweenMessages()) {
      orderlyEnds |= 1 << side;
    }
    stream.end(inOrder);
    ends |= 1 << side;
    if (ends == BOTH) {
      if (http2 != null) {
        http2.close();
      }
      endInOrder(Flow.FROM_LOW);
      endInOrder(Flow.FROM_HIGH);
    }
  }

  /** The side has sent all its replies, and all requests to it are known. */
  private void endInOrder(int side) {
    if ((orderlyEnds & 1 << side) != 0) {
      ExchangeQueue answered = requestsOf(1 - side);
      answered.endInOrder();
      emit(answered);
    }
  }

  @Override
  public void onTime(long nowNs) {
    expire(fromLow, nowNs);
    expire(fromHigh, nowNs);
    if (http2 != null) {
      http2.onTime(nowNs);
    }
  }

  @Override
  public long deadlineNs() {
    long deadline = Math.min(deadlineOf(fromLow), deadlineOf(fromHigh));
    return http2 == null ? deadline : Math.min(deadline, http2.deadlineNs());
  }

  private static long deadlineOf(ExchangeQueue queue) {
    Exchange first = queue.first();
    if (first == null) {
      return Long.MAX_VALUE;
    }
    if (!first.emitted) { // the usual case, for each packet: without an iterator
      return first.awaitsReply() ? first.deadlineNs : Long.MAX_VALUE;
    }
    for (Exchange e : queue.all()) {
      if (!e.emitted) {
        return e.awaitsReply() ? e.deadlineNs : Long.MAX_VALUE;
      }
    }
    return Long.MAX_VALUE;
  }

  @Override
  public void onClose() {
    close(fromLow);
    close(fromHigh);
    if (http2 != null) {
      http2.close();
      http2 = null;
      worker.giveHttp2();
    }
    low.close();
    high.close();
    flow = null;
    worker.give(this);
  }

  private void close(ExchangeQueue queue) {
    for (Exchange e : queue.all()) {
      if (!e.emitted) {
        emit(e);
      }
    }
    queue.clear();
  }

  // ---- from the streams

  boolean isHttp() {
    return low.spoken() || high.spoken();
  }

  /** A request begins: enters it in the queue and pairs what was waiting for it. */
  Exchange request(int side, MessageHead head, HttpStream stream) {
    counters.increment(HttpCounter.REQUESTS);
    counters.increment(HttpCounter.PENDING);
    Exchange e = worker.takeExchange();
    e.fromLow = side == Flow.FROM_LOW;
    e.sequence = stream.messageSequence();
    e.start = stream.messageStart();
    e.peer = stream.messagePeer();
    e.firstNs = stream.messageNs();
    e.deadlineNs = e.firstNs + worker.options.responseTimeoutNs();
    e.headerBytes = stream.headBytes();
    e.depth = nextDepth();
    worker.builder.readRequest(e, head, worker, flow);
    ExchangeQueue queue = requestsOf(side);
    HttpStream replies = stream(1 - side);
    boolean boundary = replies.atBoundary();
    if (boundary && e.peer == replies.position()) {
      queue.add(e, e.peer, firstReply(1 - side));
      replies.synchronise();
    } else {
      queue.add(e, Long.MIN_VALUE, firstReply(1 - side));
    }
    if (e.reply != null && replies.isAnswerTo(e)) {
      upgrade(1 - side, false);
    }
    if (queue.size() > worker.options.maxPending()) {
      evictFirst(queue);
    }
    return e;
  }

  Reply response(int side, MessageHead head, HttpStream stream) {
    counters.increment(HttpCounter.RESPONSES);
    Reply r = worker.takeReply();
    r.start = stream.messageStart();
    r.peer = stream.messagePeer();
    r.firstNs = stream.messageNs();
    r.lastNs = r.firstNs;
    r.headerBytes = stream.headBytes();
    worker.builder.readResponse(r, head, worker);
    return r;
  }

  /** The exchange that the reply answers, or null where that is not known now. */
  Exchange answered(int side, Reply reply) {
    return requestsOf(1 - side).answer(reply, firstReply(side));
  }

  /**
   * The first bytes seen of a direction are no message's start: what they belong to began before.
   */
  void pickedUpInside() {
    midstream = !simple;
  }

  /** A request of HTTP/0.9 was read: what answers it is a body without a header section. */
  void simpleRequest() {
    simple = true;
  }

  /** Messages of the side may be missing from here. */
  void messagesLost(int side) {
    requestsOf(side).requestsLost();
    requestsOf(1 - side).repliesLost();
  }

  /**
   * Both directions leave HTTP/1.
   *
   * @param side the one that answered so
   * @param requested false where the request was sent, but is captured after its answer
   */
  void upgrade(int side, boolean requested) {
    counters.increment(HttpCounter.UPGRADES);
    HttpStream asked = stream(1 - side);
    if (http2 != null) {
      stream(side).http2();
      if (requested) {
        asked.http2(); // else it finds the client's preface behind the request
      }
    } else {
      stream(side).tunnel();
      if (requested) {
        asked.tunnel();
      } else {
        asked.tunnelBehindRequest();
      }
    }
  }

  /** Position of the side's next byte. */
  long position(int side) {
    return stream(side).position();
  }

  // ---- HTTP/2

  /** Null unless the connection speaks HTTP/2. */
  Http2Connection http2() {
    return http2;
  }

  /**
   * The connection speaks HTTP/2 from here.
   *
   * @return false where it is not to be read
   */
  boolean beginHttp2(int client) {
    if (http2 == null) {
      if (!worker.takeHttp2()) {
        low.tunnel();
        high.tunnel();
        return false;
      }
      http2 = new Http2Connection(worker, this, client);
    }
    return true;
  }

  /** The request was answered with the 101 that leads to HTTP/2, where its own answer comes. */
  void answerOnHttp2(Exchange e) {
    if (http2.answerOnFirstStream(e)) {
      (e.fromLow ? fromLow : fromHigh).remove(e);
    }
  }

  int nextDepth() {
    return ++depth;
  }

  TcpFlow tcp() {
    return flow;
  }

  /** Packet time of the bytes being delivered from the side. */
  long timestampNs(int side) {
    return flow.stream(side).timestampNs;
  }

  /** A message of an exchange that the side asked for has ended. */
  void changed(int side) {
    emit(requestsOf(side));
    if (http2 != null) {
      http2.upgradeChanged();
    }
  }

  /** True where {@link #startsHere} has to look at a slice. */
  boolean nextMayStart(int side) {
    return requestsOf(1 - side).size() >= 2;
  }

  /**
   * True where a reply starts at the slice although the one before has not ended by its own
   * account: the client sent its next request when it had received exactly so much, and what is
   * here is a status line.
   */
  boolean startsHere(int side, byte[] m, int at, int end) {
    ExchangeQueue queue = requestsOf(1 - side);
    if (queue.size() < 2 || end - at < 12) {
      return false;
    }
    if (MessageStart.ofPrefix(m, at, end) != MessageStart.RESPONSE) {
      return false;
    }
    long position = stream(side).position();
    for (Exchange e : queue.all()) {
      if (e.awaitsReply()) {
        return e.peer == position;
      }
    }
    return false;
  }

  /** See {@link ExchangeQueue#add}. */
  private long firstReply(int side) {
    boolean fromStart =
        flow.stream(Flow.FROM_LOW).fromStart() || flow.stream(Flow.FROM_HIGH).fromStart();
    return fromStart ? ExchangeQueue.FROM_START : flow.stream(side).firstPosition();
  }

  // ---- events

  private void emit(ExchangeQueue queue) {
    while (queue.size() > 0) {
      Exchange e = queue.first();
      if (!e.complete()) {
        return;
      }
      queue.removeFirst();
      if (!e.emitted) {
        emit(e);
      }
      if (e.reply != null) {
        worker.give(e.reply);
      }
      worker.give(e);
    }
  }

  void emit(Exchange e) {
    e.emitted = true;
    counters.increment(HttpCounter.EVENTS);
    counters.add(HttpCounter.PENDING, -1);
    worker.events.onEvent(worker.builder.event(e, flowOf(e), flow, midstream));
  }

  private void expire(ExchangeQueue queue, long nowNs) {
    for (Exchange e : queue.all()) {
      if (e.emitted) {
        continue;
      }
      if (!e.awaitsReply() || e.deadlineNs - nowNs > 0) {
        return;
      }
      // It keeps its place, so that a late response is not given to the next request.
      e.flags |= HttpFlag.RESPONSE_TIMEOUT.bit();
      counters.increment(HttpCounter.TIMEOUTS);
      emit(e);
    }
  }

  private void evictFirst(ExchangeQueue queue) {
    Exchange e = queue.removeFirst();
    counters.increment(HttpCounter.PENDING_LIMIT);
    if (e.awaitsReply()) {
      queue.leaveOrder();
    }
    if (!e.emitted) {
      e.flags |= HttpFlag.EXCESSIVE_PIPELINING.bit();
      emit(e);
    }
  }

  private RequestEvent.Flow flowOf(Exchange e) {
    boolean low = e.fromLow;
    RequestEvent.Flow known = low ? lowIsClient : highIsClient;
    if (known == null) {
      known = worker.builder.flow(flow, low ? Flow.FROM_LOW : Flow.FROM_HIGH);
      if (low) {
        lowIsClient = known;
      } else {
        highIsClient = known;
      }
    }
    return known;
  }
}
