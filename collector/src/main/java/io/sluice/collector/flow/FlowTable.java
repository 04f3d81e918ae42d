package io.sluice.collector.flow;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.TcpSegment;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The flows of one worker by four-tuple: open addressing with linear probing, both directions under
 * one entry. VLAN tags and tunnels are not part of the key, so that a packet captured on both sides
 * of a switch is a duplicate and not a second flow. Bounded; when full a flow that was idle longest
 * (roughly: second chance) is evicted. Owned by one worker thread.
 */
public final class FlowTable<F extends Flow> {
  private static final int INITIAL_CAPACITY = 1 << 12;
  private static final int EVICTION_TRIES = 16;

  /** What the next stage does with flows; called on the worker's thread. */
  public interface Owner<F> {
    /** A new, empty flow: flows are pooled, so this is called for the high-water mark only. */
    F create();

    /** The deadline has come: call {@link #schedule} or {@link #remove}. */
    void onTimer(F flow);

    /** The table is full and this flow must end now; it is removed after the call. */
    void onEvict(F flow);
  }

  private final Counters<FlowCounter> counters = new Counters<>(FlowCounter.class);
  private final TimerWheel<F> wheel = new TimerWheel<>();
  private final ArrayList<F> pool = new ArrayList<>();
  private final Owner<F> owner;
  private final TimerWheel.Due<F> due;
  private final int maxFlows;
  private final long seed = unpredictable();
  private final long otherSeed = unpredictable();

  private Flow[] slots = new Flow[INITIAL_CAPACITY];
  private int size;
  private long nowNs = Long.MIN_VALUE;
  private Flow oldest;
  private Flow newest;

  /**
   * @param maxFlows flows at a time, 1..2^26
   */
  public FlowTable(int maxFlows, Owner<F> owner) {
    this.maxFlows = maxFlows;
    this.owner = owner;
    this.due = owner::onTimer;
  }

  /** From the kernel: to set up SecureRandom takes a tenth of the time of a small file. */
  private static long unpredictable() {
    byte[] random = new byte[Long.BYTES];
    try (FileInputStream source = new FileInputStream("/dev/urandom")) {
      if (source.readNBytes(random, 0, random.length) == random.length) {
        return ByteBuffer.wrap(random).getLong();
      }
    } catch (IOException e) {
      // There is none: ask Java.
    }
    return new SecureRandom().nextLong();
  }

  /** Which endpoint sent the segment: FROM_LOW or FROM_HIGH. */
  public static int sideOf(TcpSegment s) {
    int order = Long.compareUnsigned(s.sourceHigh, s.destinationHigh);
    if (order == 0) {
      order = Long.compareUnsigned(s.sourceLow, s.destinationLow);
    }
    if (order == 0) {
      order = Integer.compare(s.sourcePort, s.destinationPort);
    }
    return order <= 0 ? Flow.FROM_LOW : Flow.FROM_HIGH;
  }

  /** The segment's flow, or null. */
  public F find(TcpSegment s, int side) {
    int hash = hash(s, side);
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      Flow flow = slots[i];
      if (flow == null) {
        return null;
      }
      if (flow.hash == hash && is(flow, s, side)) {
        flow.touched = true;
        @SuppressWarnings("unchecked")
        F found = (F) flow;
        return found;
      }
    }
  }

  /** Adds the segment's flow, which must not be there. It has no deadline yet: schedule it. */
  public F open(TcpSegment s, int side) {
    if (size >= maxFlows) {
      evictOne();
    }
    if (size * 2 >= slots.length) {
      grow();
    }
    F flow = pool.isEmpty() ? owner.create() : pool.removeLast();
    boolean low = side == Flow.FROM_LOW;
    flow.lowHigh = low ? s.sourceHigh : s.destinationHigh;
    flow.lowLow = low ? s.sourceLow : s.destinationLow;
    flow.highHigh = low ? s.destinationHigh : s.sourceHigh;
    flow.highLow = low ? s.destinationLow : s.sourceLow;
    flow.ports = ports(s, side);
    flow.hash = hash(s, side);
    flow.serial = s.frame;
    flow.vlan = s.vlan;
    insert(flow);
    append(flow);
    size++;
    counters.increment(FlowCounter.OPENED);
    return flow;
  }

  /** Takes the flow out of the table and back into the pool. */
  public void remove(F flow, FlowCounter as) {
    wheel.remove(flow);
    unlink(flow);
    delete(flow);
    size--;
    pool.add(flow);
    counters.increment(as);
  }

  /** Sets the time of the next {@link Owner#onTimer}; moving it later costs nothing. */
  public void schedule(F flow, long deadlineNs) {
    flow.deadlineNs = deadlineNs;
    if (flow.bucket >= 0) {
      if (deadlineNs - flow.filedNs >= 0) {
        return;
      }
      wheel.remove(flow);
    }
    wheel.add(flow);
  }

  /**
   * Moves time to the packet's and calls the owner for each flow that is due, in the order in which
   * they were opened. Packet time can step back; the flow clock then stands still, and the packet
   * is counted.
   */
  public void advance(long packetTimeNs) {
    if (packetTimeNs < nowNs) {
      counters.increment(FlowCounter.CLOCK_BACKWARDS);
      return;
    }
    nowNs = packetTimeNs;
    if (wheel.isBehind(packetTimeNs)) {
      wheel.advance(packetTimeNs, due);
    }
  }

  /** True where timers may become due when time moves so: once in a while of packet time. */
  public static boolean isTick(long beforeNs, long nowNs) {
    return beforeNs / TimerWheel.TICK_NS != nowNs / TimerWheel.TICK_NS;
  }

  /** The flow clock: the latest packet time seen. */
  public long nowNs() {
    return nowNs;
  }

  /** All flows, in order of their creation. */
  public List<F> all() {
    List<F> flows = new ArrayList<>(size);
    for (Flow flow = oldest; flow != null; flow = flow.newer) {
      @SuppressWarnings("unchecked")
      F each = (F) flow;
      flows.add(each);
    }
    flows.sort(Comparator.comparingLong(flow -> flow.serial));
    return flows;
  }

  public int size() {
    return size;
  }

  public Counters<FlowCounter> counters() {
    return counters;
  }

  private void evictOne() {
    for (int i = 0; i < EVICTION_TRIES && oldest.touched; i++) {
      Flow spared = oldest;
      unlink(spared);
      append(spared);
    }
    @SuppressWarnings("unchecked")
    F victim = (F) oldest;
    owner.onEvict(victim);
    remove(victim, FlowCounter.EVICTED);
  }

  private void append(Flow flow) {
    flow.touched = false;
    flow.older = newest;
    flow.newer = null;
    if (newest == null) {
      oldest = flow;
    } else {
      newest.newer = flow;
    }
    newest = flow;
  }

  private void unlink(Flow flow) {
    if (flow.older == null) {
      oldest = flow.newer;
    } else {
      flow.older.newer = flow.newer;
    }
    if (flow.newer == null) {
      newest = flow.older;
    } else {
      flow.newer.older = flow.older;
    }
  }

  private void insert(Flow flow) {
    int mask = slots.length - 1;
    int i = flow.hash & mask;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = flow;
  }

  /** Deletes by shifting back, so that no tombstones lengthen later probes. */
  private void delete(Flow flow) {
    int mask = slots.length - 1;
    int hole = flow.hash & mask;
    while (slots[hole] != flow) {
      hole = (hole + 1) & mask;
    }
    for (int i = (hole + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
      int home = slots[i].hash & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        slots[hole] = slots[i];
        hole = i;
      }
    }
    slots[hole] = null;
  }

  private void grow() {
    Flow[] old = slots;
    slots = new Flow[old.length * 2];
    for (Flow flow : old) {
      if (flow != null) {
        insert(flow);
      }
    }
  }

  private static boolean is(Flow flow, TcpSegment s, int side) {
    if (flow.ports != ports(s, side)) {
      return false;
    }
    return side == Flow.FROM_LOW
        ? flow.lowLow == s.sourceLow
            && flow.highLow == s.destinationLow
            && flow.lowHigh == s.sourceHigh
            && flow.highHigh == s.destinationHigh
        : flow.lowLow == s.destinationLow
            && flow.highLow == s.sourceLow
            && flow.lowHigh == s.destinationHigh
            && flow.highHigh == s.sourceHigh;
  }

  private static int ports(TcpSegment s, int side) {
    return side == Flow.FROM_LOW
        ? s.sourcePort << 16 | s.destinationPort
        : s.destinationPort << 16 | s.sourcePort;
  }

  /**
   * Both directions hash alike: the endpoints are taken in their order. The seeds, which enter
   * before each multiplication, keep senders from choosing addresses that collide; nothing that is
   * emitted depends on them.
   */
  private int hash(TcpSegment s, int side) {
    boolean fromLow = side == Flow.FROM_LOW;
    long low = fromLow ? s.sourceLow : s.destinationLow;
    long high = fromLow ? s.destinationLow : s.sourceLow;
    long lowHigh = fromLow ? s.sourceHigh : s.destinationHigh;
    long highHigh = fromLow ? s.destinationHigh : s.sourceHigh;
    long hash = fold(low ^ seed, high ^ otherSeed);
    hash = fold(hash ^ lowHigh ^ seed, (long) ports(s, side) << 32 ^ highHigh ^ otherSeed);
    return (int) (hash ^ hash >>> 32);
  }

  /** Both halves of the product. */
  private static long fold(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }
}
