package io.sluice.collector.protocol.http;

import io.sluice.collector.counters.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;

/**
 * Which reply belongs to which request of one connection. While nothing was lost they pair in
 * order. After a loss that may have swallowed messages a reply pairs only on proof:
 *
 * <ul>
 *   <li>a client that does not pipeline sends a request when it has all replies before it, so what
 *       it has acknowledged is where that request's reply starts;
 *   <li>such a request, or the connection's orderly end, also proves that everything before it was
 *       answered: what waits then pairs backwards from there.
 * </ul>
 *
 * What cannot be proved stays without a reply. One worker thread.
 */
final class ExchangeQueue {
  private final Counters<HttpCounter> counters;
  private final int maxHeld;
  private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
  private final ArrayDeque<Reply> held = new ArrayDeque<>();
  private boolean inSync = true;
  private boolean requestsLost;
  private boolean pipelining;

  ExchangeQueue(Counters<HttpCounter> counters, int maxHeld) {
    this.counters = counters;
    this.maxHeld = maxHeld;
  }

  /** Forgets everything; what was held stays unmatched. */
  void clear() {
    while (!held.isEmpty()) {
      drop();
    }
    exchanges.clear();
    inSync = true;
    requestsLost = false;
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

  Iterable<Exchange> all() {
    return exchanges;
  }

  /** Requests may be missing between the last one and the next. */
  void requestsLost() {
    requestsLost = true;
  }

  /** Replies may be missing between the last one and the next. */
  void repliesLost() {
    inSync = false;
  }

  /**
   * Adds a request.
   *
   * @param replyBoundary the position in the reply stream, where that stream is between messages or
   *     looking for one; otherwise Long.MIN_VALUE
   * @param fromStart whether the connection was seen from its start
   */
  void add(Exchange e, long replyBoundary, boolean fromStart) {
    Exchange last = exchanges.peekLast();
    if (last != null && last.awaitsReply() && last.peer == e.peer) {
      pipelining = true;
      e.flags |= HttpFlag.PIPELINED.bit();
    }
    if (requestsLost) {
      requestsLost = false;
      e.gapBefore = true;
    }
    boolean proof = !pipelining && e.peer == replyBoundary;
    if (proof && (!inSync || e.gapBefore)) {
      pairBackwards();
      inSync = true;
      e.gapBefore = false;
    }
    boolean lost = !inSync || e.gapBefore;
    exchanges.addLast(e);
    if (lost && !pipelining && fitsHeld(e)) {
      pairFitting(e);
    }
    if (inSync) {
      pairHeld(fromStart);
    }
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

  private void pairFitting(Exchange e) {
    while (held.peekFirst().start != e.peer) {
      drop();
    }
    settleBefore(e);
    counters.add(HttpCounter.HELD, -1);
    attach(e, held.pollFirst());
    e.gapBefore = false;
    inSync = true;
  }

  /**
   * Finds the request that a reply answers.
   *
   * @param fromStart whether the connection was seen from its start
   * @return the exchange; null where none is known now: the reply is then held, or unmatched
   */
  Exchange answer(Reply reply, boolean fromStart) {
    if (inSync && held.isEmpty()) {
      Exchange e = firstAwaiting();
      if (e != null && !e.gapBefore) {
        if (!fromStart && reply.start < e.peer) {
          counters.increment(HttpCounter.UNMATCHED);
          return null; // answers a request from before the capture
        }
        attach(e, reply);
        return e;
      }
      if (e != null) {
        inSync = false;
      }
    }
    Exchange e = inSync || pipelining ? null : startingAt(reply.start);
    if (e != null) {
      settleBefore(e);
      attach(e, reply);
      e.gapBefore = false;
      inSync = true;
      return e;
    }
    if (held.size() >= maxHeld) {
      drop();
    }
    held.addLast(reply);
    counters.increment(HttpCounter.HELD);
    return null;
  }

  private void drop() {
    held.pollFirst();
    counters.add(HttpCounter.HELD, -1);
    counters.increment(HttpCounter.UNMATCHED);
  }

  /** The connection ended in order, with all replies received: pairs what waits. */
  void endInOrder() {
    Exchange last = exchanges.peekLast();
    Reply lastReply = held.peekLast();
    boolean serverMayHaveStopped =
        lastReply != null && lastReply.connectionClose && (last == null || !last.connectionClose);
    if (!requestsLost && !serverMayHaveStopped) {
      pairBackwards();
    }
  }

  private Exchange firstAwaiting() {
    for (Exchange e : exchanges) {
      if (e.awaitsReply()) {
        return e;
      }
    }
    return null;
  }

  /** The only waiting request whose client had received exactly so much, or null. */
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
    return found;
  }

  private void settleBefore(Exchange end) {
    for (Exchange e : exchanges) {
      if (e == end) {
        return;
      }
      if (e.awaitsReply()) {
        e.settled = true;
      }
    }
  }

  private void pairHeld(boolean fromStart) {
    while (!held.isEmpty()) {
      Exchange e = firstAwaiting();
      if (e == null) {
        return;
      }
      if (e.gapBefore) {
        inSync = false;
        return;
      }
      if (!fromStart && held.peekFirst().start < e.peer) {
        drop();
      } else {
        counters.add(HttpCounter.HELD, -1);
        attach(e, held.pollFirst());
      }
    }
  }

  /** Everything that waits was answered, in order, up to the last: pairs from there. */
  private void pairBackwards() {
    ArrayList<Exchange> waiting = new ArrayList<>();
    for (Exchange e : exchanges) {
      if (e.awaitsReply()) {
        waiting.add(e);
      }
    }
    int i = waiting.size() - 1;
    Iterator<Reply> newestFirst = held.descendingIterator();
    while (i >= 0 && newestFirst.hasNext()) {
      Reply reply = newestFirst.next();
      Exchange e = waiting.get(i);
      boolean possible = reply.start >= e.peer && reply.peer > e.start;
      if (!possible) {
        break;
      }
      attach(e, reply);
      newestFirst.remove();
      counters.add(HttpCounter.HELD, -1);
      i--;
    }
    for (; i >= 0; i--) {
      waiting.get(i).settled = true;
    }
    while (!held.isEmpty()) {
      drop();
    }
  }

  private void attach(Exchange e, Reply reply) {
    e.reply = reply;
    counters.increment(HttpCounter.PAIRED);
  }
}
