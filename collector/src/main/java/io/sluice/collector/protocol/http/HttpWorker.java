package io.sluice.collector.protocol.http;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.TextReader;
import io.sluice.collector.reassembly.StreamHandler;
import io.sluice.collector.reassembly.TcpFlow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;

/** What all HTTP connections of a worker share: pools, parsers, counters. One worker thread. */
public final class HttpWorker implements StreamHandler.Factory {
  private static final int HTTP = 0x48545450;

  final Counters<HttpCounter> counters = new Counters<>(HttpCounter.class);
  final HttpOptions options;
  final HeadBuffers buffers;
  final HeadParser parser = new HeadParser();
  final HeadLines lines = new HeadLines();
  final TextReader texts = new TextReader();
  final HeaderValues headerValues = new HeaderValues(texts);
  final EventBuilder builder;
  final EventHandler events;

  HttpContent content;
  ForwardedClient forwardedClient;

  private byte[] slice = new byte[1 << 16];

  /** HTTP/2 connections that are being read; each holds two header tables. */
  private int http2Connections;

  private final ArrayList<HttpConnection> connections = new ArrayList<>();
  private final ArrayList<Exchange> exchanges = new ArrayList<>();
  private final ArrayList<Reply> replies = new ArrayList<>();

  public HttpWorker(HttpOptions options, HttpContent content, EventHandler events) {
    this.options = options;
    this.events = events;
    this.buffers = new HeadBuffers(options.maxHeadBufferBytes());
    this.builder = new EventBuilder(events.needsIdentifiers());
    read(content);
  }

  /**
   * Other content from the next message on. Requests that wait for their response were read before:
   * of their headers, their events keep what is still asked for.
   */
  public void change(HttpContent other) {
    read(other);
    builder.keepOnly(other);
  }

  private void read(HttpContent wanted) {
    content = wanted;
    forwardedClient = new ForwardedClient(wanted.trustedProxies());
  }

  @Override
  public StreamHandler open(TcpFlow flow) {
    HttpConnection connection =
        connections.isEmpty() ? new HttpConnection(this) : connections.removeLast();
    connection.open(flow);
    return connection;
  }

  void give(HttpConnection connection) {
    connections.add(connection);
  }

  /** False where too many HTTP/2 connections are being read. */
  boolean takeHttp2() {
    if (http2Connections >= options.maxHttp2Connections()) {
      counters.increment(HttpCounter.HTTP2_REFUSED);
      return false;
    }
    http2Connections++;
    return true;
  }

  void giveHttp2() {
    http2Connections--;
  }

  Exchange takeExchange() {
    Exchange e = exchanges.isEmpty() ? new Exchange() : exchanges.removeLast();
    e.clear();
    return e;
  }

  /** Nothing may refer to the exchange any more. */
  void give(Exchange e) {
    exchanges.add(e);
  }

  Reply takeReply() {
    Reply r = replies.isEmpty() ? new Reply() : replies.removeLast();
    r.clear();
    return r;
  }

  /** Nothing may refer to the reply any more. */
  void give(Reply r) {
    replies.add(r);
  }

  /**
   * Brings a part of a slice where it is cheap to look at: indices stay those of the slice.
   *
   * @return valid until the next call
   */
  byte[] copy(MemorySegment memory, long offset, int from, int length) {
    if (slice.length < length) {
      slice = new byte[Math.max(length, slice.length * 2)];
    }
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + from, slice, from, length - from);
    return slice;
  }

  /**
   * The next place in [from, end) where a message starts for all that can be seen, or -1. Requests
   * are looked for where a line starts, responses everywhere. What the slice's end cuts is taken
   * for a start where it can be one of a usual message.
   *
   * @param atLine whether a line starts at from, for all that is known
   */
  int nextMessage(byte[] m, int from, int end, boolean atLine) {
    boolean lineStart = atLine;
    for (int at = from; at < end; at++) {
      int b = Bytes.at(m, at);
      if (b == 'H' && isStatusLine(m, at, end, lineStart)) {
        return at;
      }
      if (lineStart && Bytes.isToken(b) && isRequestLine(m, at, end, at == from)) {
        return at;
      }
      lineStart = b == Bytes.LF;
    }
    return -1;
  }

  private static boolean isStatusLine(byte[] m, int at, int end, boolean lineStart) {
    if (end - at < 12) {
      return (lineStart || end - at > 1) && Bytes.isStartOf(m, at, end, "HTTP/1.");
    }
    return Bytes.int32(m, at) == HTTP
        && Bytes.at(m, at + 4) == '/'
        && Bytes.at(m, at + 5) == '1'
        && Bytes.at(m, at + 6) == '.'
        && Bytes.isDigit(Bytes.at(m, at + 7))
        && Bytes.at(m, at + 8) == Bytes.SP
        && Bytes.isDigit(Bytes.at(m, at + 9))
        && Bytes.isDigit(Bytes.at(m, at + 10))
        && Bytes.isDigit(Bytes.at(m, at + 11));
  }

  private static boolean isRequestLine(byte[] m, int at, int end, boolean sliceStart) {
    MessageStart prefix = MessageStart.ofPrefix(m, at, end);
    if (prefix == MessageStart.NO || prefix == MessageStart.RESPONSE) {
      return false;
    }
    int lineEnd = Bytes.lineFeed(m, at, end);
    if (lineEnd < 0) {
      // Cut by the slice: at its start that is usual, in the middle of text it is a coincidence.
      return sliceStart || Methods.startsWithKnown(m, at, end);
    }
    return MessageStart.ofLine(m, at, lineEnd) == MessageStart.REQUEST;
  }

  public Counters<HttpCounter> counters() {
    return counters;
  }
}
