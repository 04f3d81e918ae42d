package io.sluice.collector.protocol.http;

import io.sluice.collector.counters.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;

/**
 * Which reply belongs to which request of one connection. While nothing was lost they pair in
 * order. Behind a loss that may have swallowed messages a reply pairs only on proof:
 *
 * <ul>
 *   <li>a client that does not pipeline sends a request when it has all replies before it, so what
 *       it has acknowledged is where that request's reply starts;
 *   <li>such a request, or the connection's orderly end, also proves that everything before it was
 *       answered: what waits then pairs backwards from there, as far as the next loss.
 * </ul>
 *
 * What cannot be proved stays without a reply. A client is taken not to pipeline until it is seen
 * to. One worker thread.
 */
final class ExchangeQueue {
  /** The connection was seen from its start. */
  static final long FROM_START = Long.MIN_VALUE;

  private final Counters<HttpCounter> counters;
  private final int maxHeld;
  private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();

  /** Replies that wait to be told their request, in order. */
  private final ArrayDeque<Reply> held = new ArrayDeque<>();

  /** The first waiting request and the first waiting reply belong together. */
  private boolean inSync = true;

  /** Messages may be missing between the last one and the next. */
  private boolean requestsLost;

  private boolean repliesLost;
  private boolean pipelining;

  ExchangeQueue(Counters<HttpCounter> counters, int maxHeld) {
    this.counters = counters;
    this.maxHeld = maxHeld;
  }

  /** Forgets everything; what was held stays unmatched. */
  void clear() {
    dropAll();
    exchanges.clear();
    inSync = true;
    requestsLost = false;
    repliesLost = false;
    pipelining = false;
  }

  int size() {
    return exchanges.size();
  }

  Exchange first() {
    return exchanges.peekFirst();
  }

  Exchange removeFirst() {
    return exchanges.pollFirst();
  }

  /** Takes out one that has its reply. */
  void remove(Exchange e) {
    exchanges.remove(e);
  }

  Iterable<Exchange> all() {
    return exchanges;
  }

  /** Requests may be missing between the last one and the next. */
  void requestsLost() {
    requestsLost = true;
  }

  /** Replies may be missing between the last one and the next. */
  void repliesLost() {
    repliesLost = true;
  }

  /** A request that waits was taken out: what comes next does not pair in order. */
  void leaveOrder() {
    inSync = false;
  }

  /**
   * Adds a request.
   *
   * @param replyBoundary the position in the reply stream, where that stream is between messages or
   *     looking for one; otherwise Long.MIN_VALUE
   * @param firstReply position of the first byte of the reply stream that can be told, or {@link
   *     #FROM_START}
   */
  void add(Exchange e, long replyBoundary, long firstReply) {
    Exchange last = exchanges.peekLast();
    if (last != null && last.awaitsReply() && last.peer == e.peer) {
      pipelining = true;
      e.flags |= HttpFlag.PIPELINED.bit();
    }
    e.gapBefore = requestsLost;
    requestsLost = false;
    boolean proof = !pipelining && e.peer == replyBoundary;
    if (proof && (!inSync || e.gapBefore || repliesLost)) {
      if (!repliesLost && !e.gapBefore) {
        pairBackwards();
      }
      settleAll();
      dropAll();
      inSync = true;
      repliesLost = false;
      e.gapBefore = false;
    }
    exchanges.addLast(e);
    pairInOrder(firstReply);
    if (!inSync && !pipelining && e.awaitsReply() && fitsHeld(e)) {
      while (held.peekFirst().start != e.peer) {
        drop();
      }
      attachFirst(e);
    }
  }

  /**
   * Adds a reply.
   *
   * @param firstReply as in {@link #add}
   * @return the exchange that it answers; null where that is not known now
   */
  Exchange answer(Reply reply, long firstReply) {
    reply.gapBefore = repliesLost;
    repliesLost = false;
    if (held.size() >= maxHeld) {
      drop();
    }
    held.addLast(reply);
    counters.increment(HttpCounter.HELD);
    Exchange e = pairInOrder(firstReply);
    if (e == null && !inSync && !pipelining) {
      e = startingAt(reply.start);
      if (e != null) {
        while (held.peekFirst() != reply) {
          drop();
        }
        attachFirst(e);
      }
    }
    return e != null && e.reply == reply ? e : null;
  }

  /** The connection ended in order, with all replies received: pairs what waits. */
  void endInOrder() {
    Exchange last = exchanges.peekLast();
    Reply lastReply = held.peekLast();
    boolean serverMayHaveStopped =
        lastReply != null && lastReply.connectionClose && (last == null || !last.connectionClose);
    if (!requestsLost && !repliesLost && !serverMayHaveStopped) {
      pairBackwards();
    }
    settleAll();
  }

  /** Pairs from the front, where nothing is missing; returns the last exchange paired, or null. */
  private Exchange pairInOrder(long firstReply) {
    Exchange paired = null;
    while (inSync && !held.isEmpty()) {
      Exchange e = firstAwaiting();
      if (e == null) {
        return paired;
      }
      Reply reply = held.peekFirst();
      boolean replyMayBeBefore = e.peer < firstReply && e.peer != Long.MIN_VALUE;
      if (e.gapBefore || reply.gapBefore || replyMayBeBefore) {
        inSync = false;
      } else if (firstReply != FROM_START && reply.start < e.peer) {
        drop(); // answers a request from before the capture
      } else {
        attach(e, held.pollFirst());
        paired = e;
      }
    }
    return paired;
  }

  private Exchange firstAwaiting() {
    Exchange first = exchanges.peekFirst();
    if (first == null || first.awaitsReply()) { // nearly always: without an iterator
      return first;
    }
    for (Exchange e : exchanges) {
      if (e.awaitsReply()) {
        return e;
      }
    }
    return null;
  }

  /**
   * The only waiting request whose client had received exactly so much, or null. What {@link
   * #fitsHeld} says of lost requests holds here too.
   */
  private Exchange startingAt(long position) {
    Exchange found = null;
    for (Exchange e : exchanges) {
      if (e.awaitsReply() && e.peer == position) {
        if (found != null) {
          return null;
        }
        found = e;
      }
    }
    boolean waited = found != null && (!found.gapBefore || held.size() > 1);
    return waited ? found : null;
  }

  /**
   * True where a held reply starts at what the client had received when it sent the request. Behind
   * lost requests there must also be a reply before that one: else the client had not waited for
   * the answers to those that were lost.
   */
  private boolean fitsHeld(Exchange e) {
    boolean earlier = !e.gapBefore;
    for (Reply reply : held) {
      if (reply.start == e.peer) {
        return earlier && reply.peer > e.start;
      }
      earlier = true;
    }
    return false;
  }

  /** On proof: what waits before the pair will not be answered, what follows is in order again. */
  private void attachFirst(Exchange e) {
    for (Exchange before : exchanges) {
      if (before == e) {
        break;
      }
      if (before.awaitsReply()) {
        before.settled = true;
      }
    }
    attach(e, held.pollFirst());
    inSync = true;
  }

  /** Everything that waits was answered, in order, up to the last: pairs from there. */
  private void pairBackwards() {
    ArrayList<Exchange> waiting = new ArrayList<>();
    for (Exchange e : exchanges) {
      if (e.awaitsReply()) {
        waiting.add(e);
      }
    }
    Iterator<Reply> newestFirst = held.descendingIterator();
    for (int i = waiting.size() - 1; i >= 0 && newestFirst.hasNext(); i--) {
      Reply reply = newestFirst.next();
      Exchange e = waiting.get(i);
      boolean possible = reply.start >= e.peer && reply.peer > e.start;
      if (!possible) {
        return;
      }
      attach(e, reply);
      newestFirst.remove();
      if (e.gapBefore || reply.gapBefore) {
        return;
      }
    }
  }

  private void settleAll() {
    for (Exchange e : exchanges) {
      if (e.awaitsReply()) {
        e.settled = true;
      }
    }
  }

  private void attach(Exchange e, Reply reply) {
    e.reply = reply;
    counters.add(HttpCounter.HELD, -1);
    counters.increment(HttpCounter.PAIRED);
  }

  private void dropAll() {
    while (!held.isEmpty()) {
      drop();
    }
  }

  private void drop() {
    held.pollFirst();
    counters.add(HttpCounter.HELD, -1);
    counters.increment(HttpCounter.UNMATCHED);
  }
}
