package io.sluice.collector.reassembly;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.flow.Flow;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.flow.FlowTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * From segments to ordered bytes and gaps, per direction, by sequence number. In-order payload is
 * passed by reference; what comes early is copied to pages. Where bytes overlap, the byte that came
 * first stays. A hole becomes a gap when it stays open for the reorder window behind the receiver's
 * acknowledgement, when nobody filled it for the hole timeout, when a buffer is full, or when the
 * flow ends. Time is the packets'. Owned by one worker thread.
 */
public final class TcpReassembler {
  /** Sequence numbers further off than this are not believed at once. */
  private static final int WINDOW = 1 << 24;

  /** So many segments in a row from outside of the window are a new connection. */
  private static final int OUT_OF_WINDOW_LIMIT = 8;

  private final Counters<ReassemblyCounter> counters = new Counters<>(ReassemblyCounter.class);
  private final ReassemblyOptions options;
  private final StreamHandler.Factory handlers;
  private final FlowTable<TcpFlow> table;
  private final HeldBytes held;

  /** Bytes that came again. */
  private final byte[] again = new byte[Fingerprints.MAX_BYTES];

  /** The flow whose timer or end is being handled. */
  private long timedSerial;

  private TcpStream oldestHole;
  private TcpStream newestHole;

  public TcpReassembler(ReassemblyOptions options, StreamHandler.Factory handlers) {
    this.options = options;
    this.handlers = handlers;
    this.held = new HeldBytes(options, counters);
    this.table =
        new FlowTable<>(
            options.maxFlows(),
            new FlowTable.Owner<>() {
              @Override
              public TcpFlow create() {
                return new TcpFlow();
              }

              @Override
              public void onTimer(TcpFlow flow) {
                timer(flow);
              }

              @Override
              public void onEvict(TcpFlow flow) {
                end(flow, EndReason.EVICTED);
              }
            });
  }

  /** Takes a segment; all deliveries it causes happen during the call. */
  public void onSegment(TcpSegment s) {
    counters.increment(ReassemblyCounter.SEGMENTS);
    table.advance(s.timestampNs);
    int side = FlowTable.sideOf(s);
    TcpFlow flow = table.find(s, side);
    if (flow == null) {
      if (s.payloadLength == 0 && (s.flags & (TcpSegment.SYN | TcpSegment.RST)) != TcpSegment.SYN) {
        counters.increment(ReassemblyCounter.SEGMENTS_IGNORED);
        return;
      }
      flow = open(s, side);
    } else if (isNewConnection(flow, s, side)) {
      close(flow, EndReason.REUSED, FlowCounter.CLOSED);
      flow = open(s, side);
    }
    accept(flow, s, side);
  }

  /** Packet time moved without a packet: expires what is due. Nothing where a packet came later. */
  public void onTime(long nowNs) {
    if (nowNs > table.nowNs()) {
      table.advance(nowNs);
    }
  }

  /** The input ended: ends every flow, in order of creation. */
  public void finish() {
    for (TcpFlow flow : table.all()) {
      timedSerial = flow.serial;
      close(flow, EndReason.FINISH, FlowCounter.CLOSED);
    }
  }

  private TcpFlow open(TcpSegment s, int side) {
    TcpFlow flow = table.open(s, side);
    flow.clear();
    if (s.has(TcpSegment.SYN)) {
      flow.opener = s.has(TcpSegment.ACK) ? 1 - side : side;
    }
    flow.expiresNs = table.nowNs() + options.halfOpenTimeoutNs();
    table.schedule(flow, flow.expiresNs);
    return flow;
  }

  private static boolean isNewConnection(TcpFlow flow, TcpSegment s, int side) {
    TcpStream own = flow.stream(side);
    if (s.has(TcpSegment.SYN)) {
      if (own.synSeen) {
        return own.initialSequence != s.sequence && !(s.has(TcpSegment.ACK) && own.position == 0);
      }
      return own.state == TcpStream.STARTED && s.sequence + 1 - own.next != 0 && !isNear(own, s);
    }
    return own.outOfWindow >= OUT_OF_WINDOW_LIMIT;
  }

  /** A SYN that was captured after the data that it precedes. */
  private static boolean isNear(TcpStream own, TcpSegment s) {
    int behind = own.next - s.sequence;
    return behind > 0 && behind <= own.position + 1;
  }

  private void accept(TcpFlow flow, TcpSegment s, int side) {
    TcpStream own = flow.stream(side);
    TcpStream other = flow.stream(1 - side);
    int sequence = s.sequence;
    if (s.has(TcpSegment.SYN)) {
      synchronise(own, sequence);
      sequence++;
      if (own.firstHeld != null) {
        realign(own);
      }
    }
    if (s.has(TcpSegment.ACK) && !s.has(TcpSegment.RST)) {
      acknowledge(other, s.acknowledgement);
    }
    if (s.payloadLength > 0) {
      payload(flow, own, other, s, sequence);
    }
    if (s.has(TcpSegment.FIN)) {
      finish(own, sequence + s.payloadLength);
    }
    if (own.firstHeld != null) {
      checkHole(own);
    }
    if (other.firstHeld != null) {
      checkHole(other);
    }
    if (own.finSeen && !own.ended && own.next == own.finSequence) {
      endStream(own, EndReason.FIN);
    }
    if (s.has(TcpSegment.RST) && !isForged(own, s)) {
      flow.reset = true;
    }
    keep(flow, own, other);
  }

  /** A receiver takes no reset from outside of its window (RFC 9293, 3.10.7.4). */
  private static boolean isForged(TcpStream own, TcpSegment s) {
    return own.state == TcpStream.STARTED && isFar(s.sequence - own.next);
  }

  /** Sets when the flow expires, and wakes the timer earlier where it must. */
  private void keep(TcpFlow flow, TcpStream own, TcpStream other) {
    boolean closed = flow.reset || own.ended && other.ended;
    long timeout =
        closed
            ? options.closedTimeoutNs()
            : flow.handler == null ? options.halfOpenTimeoutNs() : options.idleTimeoutNs();
    flow.expiresNs = table.nowNs() + timeout;
    long deadline = flow.expiresNs;
    if (flow.handler != null) {
      deadline = Math.min(deadline, flow.handler.deadlineNs());
    }
    table.schedule(flow, deadline);
  }

  private static void synchronise(TcpStream own, int sequence) {
    if (own.state != TcpStream.STARTED || own.synSeen && own.position == 0) {
      own.state = TcpStream.STARTED;
      own.next = sequence + 1;
      own.initialSequence = sequence;
      own.synSeen = true;
    }
  }

  /** A SYN came after bytes that wait, and may have moved the place that they wait for. */
  private void realign(TcpStream own) {
    while (own.firstHeld != null && isFar(own.firstHeld.sequence - own.next)) {
      Chunk chunk = held.poll(own);
      counters.add(ReassemblyCounter.BUFFERED_BYTES, -chunk.length);
      counters.add(ReassemblyCounter.DISCARDED_OUT_OF_WINDOW_BYTES, chunk.length);
      held.give(chunk);
    }
    drain(own);
  }

  private static boolean isFar(int ahead) {
    return ahead >= WINDOW || ahead <= -WINDOW;
  }

  private static void acknowledge(TcpStream other, int acknowledgement) {
    if (other.state == TcpStream.NEW) {
      other.state = TcpStream.HINTED;
      other.next = acknowledgement;
    }
    if (!other.ackKnown || acknowledgement - other.acknowledged > 0) {
      other.acknowledged = acknowledgement;
      other.ackKnown = true;
    }
  }

  private void payload(TcpFlow flow, TcpStream own, TcpStream other, TcpSegment s, int sequence) {
    int length = s.payloadLength;
    counters.add(ReassemblyCounter.PAYLOAD_BYTES, length);
    if (s.has(TcpSegment.URG)) {
      flow.urgent = true;
      counters.increment(ReassemblyCounter.URGENT_SEGMENTS);
    }
    if (own.ended) {
      counters.add(ReassemblyCounter.DISCARDED_AFTER_END_BYTES, length);
      return;
    }
    if (flow.handler == null) {
      flow.handler = handlers.open(flow);
      if (other.ended) { // by a FIN that came before any payload
        flow.handler.onEnd(other.side, EndReason.FIN);
      }
    }
    if (own.state != TcpStream.STARTED) {
      start(own, sequence, length);
    }
    int ahead = sequence - own.next;
    if (isOutOfWindow(own, ahead, sequence)) {
      own.outOfWindow++;
      counters.add(ReassemblyCounter.DISCARDED_OUT_OF_WINDOW_BYTES, length);
      return;
    }
    own.outOfWindow = 0;
    if (ahead < 0 && own.fingerprints != null) {
      compare(own, s, own.position + ahead);
    }
    long peerPosition =
        s.has(TcpSegment.ACK) && other.state != TcpStream.NEW
            ? other.position + (s.acknowledgement - other.next)
            : Long.MIN_VALUE;
    if (ahead > 0 || own.firstHeld != null && sequence + length - own.firstHeld.sequence > 0) {
      if (ahead > 0) {
        counters.increment(ReassemblyCounter.OUT_OF_ORDER_SEGMENTS);
      }
      hold(own, s, sequence, peerPosition);
    } else if (ahead + length <= 0) {
      countOld(own, ahead, length);
    } else {
      countOld(own, ahead, -ahead);
      own.timestampNs = s.timestampNs;
      own.peerPosition = peerPosition;
      int captured = Math.max(0, s.capturedLength + ahead);
      deliver(own, s.memory, s.payloadOffset - ahead, captured, length + ahead);
      flow.reset = false;
      if (own.firstHeld != null) {
        drain(own);
      }
    }
  }

  /** Bytes behind which the stream is: they came before, or are from before its first one. */
  private void countOld(TcpStream own, int ahead, int length) {
    long unseen = own.synSeen ? 0 : own.start - (own.position + ahead);
    int before = (int) Math.max(0, Math.min(length, unseen));
    counters.add(ReassemblyCounter.DISCARDED_BEFORE_START_BYTES, before);
    counters.add(ReassemblyCounter.DUPLICATE_BYTES, length - before);
  }

  /** Of what was delivered only hashes are left: ranges that the segment holds whole are told. */
  private void compare(TcpStream own, TcpSegment s, long position) {
    Fingerprints first = own.fingerprints;
    for (int range = 0; range < first.ranges(); range++) {
      long into = first.position(range) - position;
      int length = first.length(range);
      if (into < 0 || into + length > s.capturedLength) {
        continue;
      }
      MemorySegment.copy(s.memory, ValueLayout.JAVA_BYTE, s.payloadOffset + into, again, 0, length);
      if (first.differs(range, again)) {
        own.flow.overlapDiffers = true;
        counters.increment(ReassemblyCounter.OVERLAPS_DIFFERENT);
      }
    }
  }

  /**
   * The first payload of a stream whose SYN was not seen. What the other side acknowledged tells
   * where the stream stands, even where this segment is older or newer than that.
   */
  private static void start(TcpStream own, int sequence, int length) {
    if (own.state == TcpStream.NEW) {
      own.next = sequence;
    } else {
      int behind = own.next - sequence;
      boolean probe = length <= 1 && behind == 1;
      if (behind > 0 && behind < WINDOW && !probe) {
        own.next = sequence;
        own.position = -behind;
      } else if (behind <= -WINDOW || behind >= WINDOW) {
        own.next = sequence;
        own.position = 0;
      }
    }
    own.start = own.position;
    own.state = TcpStream.STARTED;
  }

  private static boolean isOutOfWindow(TcpStream own, int ahead, int sequence) {
    if (!isFar(ahead)) {
      return false;
    }
    return !(ahead > 0 && own.ackKnown && own.acknowledged - sequence >= 0);
  }

  private void deliver(TcpStream own, MemorySegment memory, long offset, int captured, int length) {
    StreamHandler handler = own.flow.handler;
    if (captured > 0) {
      handler.onData(own.side, memory, offset, captured);
      own.next += captured;
      own.position += captured;
      counters.add(ReassemblyCounter.DELIVERED_BYTES, captured);
    }
    int missing = length - captured;
    if (missing > 0) {
      long inside = handler.onCut(own.side, missing);
      own.next += missing;
      own.position += missing;
      counters.add(ReassemblyCounter.TRIMMED_BYTES, inside);
      if (inside < missing) {
        counters.add(ReassemblyCounter.CUT_BYTES, missing - inside);
        counters.increment(ReassemblyCounter.GAPS);
      }
    }
  }

  private void hold(TcpStream own, TcpSegment s, int sequence, long peerPosition) {
    boolean first = own.firstHeld == null;
    while (!held.canTake(own, s.capturedLength)) {
      TcpStream victim = held.isStreamFull(own, s.capturedLength) ? own : oldestHole;
      if (victim == null || victim.firstHeld == null) {
        break;
      }
      counters.increment(ReassemblyCounter.GAPS_FORCED);
      skipHole(victim);
    }
    int ahead = sequence - own.next;
    if (own.ended || ahead + s.payloadLength <= 0) { // what was forced went past this segment
      counters.add(ReassemblyCounter.DUPLICATE_BYTES, s.payloadLength);
      return;
    }
    held.add(own, s, sequence, peerPosition);
    if (first && own.firstHeld != null) {
      beginHole(own);
    }
    if (own.firstHeld != null && !own.inHoleList) {
      enlist(own);
    }
    drain(own);
  }

  private void drain(TcpStream own) {
    boolean any = false;
    while (own.firstHeld != null && own.firstHeld.sequence - own.next <= 0) {
      Chunk chunk = held.poll(own);
      any = true;
      int old = own.next - chunk.sequence;
      counters.add(ReassemblyCounter.BUFFERED_BYTES, -chunk.length);
      if (own.ended || old >= chunk.length) {
        counters.add(ReassemblyCounter.DUPLICATE_BYTES, chunk.length);
      } else {
        counters.add(ReassemblyCounter.DUPLICATE_BYTES, old);
        own.timestampNs = chunk.timestampNs;
        own.peerPosition = chunk.peerPosition;
        int captured = Math.max(0, chunk.captured - old);
        deliver(own, chunk.memory, chunk.offset + old, captured, chunk.length - old);
      }
      held.give(chunk);
    }
    if (any) {
      beginHole(own);
    }
    if (own.firstHeld == null) {
      delist(own);
    }
  }

  private void beginHole(TcpStream own) {
    own.holeSinceNs = table.nowNs();
    own.holeAcknowledgedNs = isAcknowledged(own) ? own.holeSinceNs : 0;
  }

  private static boolean isAcknowledged(TcpStream own) {
    return own.ackKnown && own.acknowledged - own.next > 0;
  }

  /** The acknowledgement may be captured ahead of what it is for, however old the hole is. */
  private void checkHole(TcpStream own) {
    long now = table.nowNs();
    if (!isAcknowledged(own)) {
      own.holeAcknowledgedNs = 0;
    } else if (own.holeAcknowledgedNs == 0) {
      own.holeAcknowledgedNs = now;
    }
    boolean lost =
        own.holeAcknowledgedNs != 0 && now - own.holeAcknowledgedNs >= options.reorderWindowNs();
    if (lost || now - own.holeSinceNs >= options.holeTimeoutNs()) {
      skipHole(own);
    }
  }

  private void skipHole(TcpStream own) {
    long missing = Integer.toUnsignedLong(own.firstHeld.sequence - own.next);
    counters.add(ReassemblyCounter.GAP_BYTES, missing);
    counters.increment(ReassemblyCounter.GAPS);
    own.timestampNs = own.firstHeld.timestampNs;
    own.peerPosition = own.firstHeld.peerPosition;
    if (!own.ended) {
      own.flow.handler.onGap(own.side, missing);
    }
    own.next += (int) missing;
    own.position += missing;
    drain(own);
  }

  private static void finish(TcpStream own, int sequence) {
    if (own.finSeen || own.ended) {
      return;
    }
    if (own.state == TcpStream.NEW) {
      own.state = TcpStream.STARTED;
      own.next = sequence;
    }
    int ahead = sequence - own.next;
    if (ahead >= 0 && ahead < WINDOW) {
      own.finSeen = true;
      own.finSequence = sequence;
    }
  }

  private static void endStream(TcpStream own, EndReason reason) {
    own.ended = true;
    if (own.flow.handler != null) {
      own.flow.handler.onEnd(own.side, reason);
    }
  }

  private void timer(TcpFlow flow) {
    timedSerial = flow.serial;
    long now = table.nowNs();
    if (flow.expiresNs - now <= 0) {
      boolean closed =
          flow.stream(Flow.FROM_LOW).ended && flow.stream(Flow.FROM_HIGH).ended || flow.reset;
      EndReason reason = flow.reset ? EndReason.RESET : EndReason.IDLE;
      close(flow, reason, closed ? FlowCounter.CLOSED : FlowCounter.EXPIRED);
      return;
    }
    long deadline = flow.expiresNs;
    if (flow.handler != null) {
      flow.handler.onTime(now);
      deadline = Math.min(deadline, flow.handler.deadlineNs());
    }
    table.schedule(flow, deadline);
  }

  private void close(TcpFlow flow, EndReason reason, FlowCounter as) {
    end(flow, reason);
    table.remove(flow, as);
  }

  /** Delivers what is held, with its gaps, and ends both streams and the handler. */
  private void end(TcpFlow flow, EndReason reason) {
    if (flow.handler == null) {
      return;
    }
    // The opener first: a request that waits behind a hole must be there before its response.
    int first = flow.opener >= 0 ? flow.opener : Flow.FROM_LOW;
    flush(flow.stream(first));
    flush(flow.stream(1 - first));
    endUnlessEnded(flow.stream(first), reason);
    endUnlessEnded(flow.stream(1 - first), reason);
    flow.handler.onClose();
    flow.handler = null;
  }

  private void flush(TcpStream own) {
    while (own.firstHeld != null) {
      skipHole(own);
    }
    int tail = missingTail(own);
    if (tail > 0) {
      counters.add(ReassemblyCounter.GAP_BYTES, tail);
      counters.increment(ReassemblyCounter.GAPS);
      own.flow.handler.onGap(own.side, tail);
      own.next += tail;
      own.position += tail;
    }
    if (own.finSeen && !own.ended && own.next == own.finSequence) {
      endStream(own, EndReason.FIN);
    }
  }

  /** Bytes behind the last one seen that were sent for certain: before the FIN, or acknowledged. */
  private static int missingTail(TcpStream own) {
    if (own.ended || own.state != TcpStream.STARTED) {
      return 0;
    }
    if (own.finSeen) {
      return own.finSequence - own.next;
    }
    int unseen = own.ackKnown ? own.acknowledged - own.next : 0;
    // One may be a FIN that was not captured, which takes a number and is no byte.
    return unseen > 1 && unseen < WINDOW ? unseen - 1 : 0;
  }

  private static void endUnlessEnded(TcpStream own, EndReason reason) {
    if (!own.ended) {
      endStream(own, reason);
    }
  }

  private void enlist(TcpStream own) {
    own.inHoleList = true;
    own.olderHole = newestHole;
    own.newerHole = null;
    if (newestHole == null) {
      oldestHole = own;
    } else {
      newestHole.newerHole = own;
    }
    newestHole = own;
  }

  private void delist(TcpStream own) {
    if (!own.inHoleList) {
      return;
    }
    own.inHoleList = false;
    if (own.olderHole == null) {
      oldestHole = own.newerHole;
    } else {
      own.olderHole.newerHole = own.newerHole;
    }
    if (own.newerHole == null) {
      newestHole = own.olderHole;
    } else {
      own.newerHole.olderHole = own.olderHole;
    }
    own.olderHole = null;
    own.newerHole = null;
  }

  public Counters<ReassemblyCounter> counters() {
    return counters;
  }

  public Counters<FlowCounter> flowCounters() {
    return table.counters();
  }

  /** During {@link #onTime} and {@link #finish}: serial of the flow that deliveries are of. */
  public long timedSerial() {
    return timedSerial;
  }

  /** Flows in the table. */
  public int flows() {
    return table.size();
  }
}
