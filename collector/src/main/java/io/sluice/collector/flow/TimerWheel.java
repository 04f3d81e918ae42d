package io.sluice.collector.flow;

import java.util.ArrayList;
import java.util.Comparator;

/**
 * Timers of flows in a wheel of buckets, one a tick. A flow sits in the bucket of the deadline that
 * it had when it was put there; a deadline that moved later is noticed when the wheel comes by, so
 * that moving one costs nothing. Deadlines beyond the wheel wait in its last bucket. Time is the
 * packets'; it never goes back. Owned by one worker thread.
 */
final class TimerWheel<F extends Flow> {
  static final long TICK_NS = 1L << 28; // 268 ms

  private static final int BUCKETS = 1024;

  /** Called for each flow that is due, which is in no bucket during the call. */
  interface Due<F> {
    void onDue(F flow);
  }

  private final Flow[] buckets = new Flow[BUCKETS];
  private final ArrayList<Flow> dueFlows = new ArrayList<>();
  private long tick = Long.MIN_VALUE;

  /** Files the flow under its deadline; it must be in no bucket. */
  void add(Flow flow) {
    long due = Math.max(flow.deadlineNs / TICK_NS, tick + 1);
    int bucket = (int) (Math.min(due, tick + BUCKETS - 1) & (BUCKETS - 1));
    flow.bucket = bucket;
    flow.filedNs = flow.deadlineNs;
    flow.previous = null;
    flow.next = buckets[bucket];
    if (flow.next != null) {
      flow.next.previous = flow;
    }
    buckets[bucket] = flow;
  }

  void remove(Flow flow) {
    if (flow.bucket < 0) {
      return;
    }
    if (flow.previous != null) {
      flow.previous.next = flow.next;
    } else {
      buckets[flow.bucket] = flow.next;
    }
    if (flow.next != null) {
      flow.next.previous = flow.previous;
    }
    flow.previous = null;
    flow.next = null;
    flow.bucket = -1;
  }

  /** True where {@link #advance} has something to do: once a tick. */
  boolean isBehind(long nowNs) {
    return nowNs / TICK_NS > tick;
  }

  /**
   * Turns the wheel to now and hands over every flow whose deadline has come, in the order in which
   * the flows were opened: it must not depend on which other flows there are.
   */
  void advance(long nowNs, Due<F> handler) {
    long target = nowNs / TICK_NS;
    if (tick == Long.MIN_VALUE) {
      tick = target;
      return;
    }
    long first = Math.max(tick + 1, target - BUCKETS + 1);
    tick = target;
    for (long at = first; at <= target; at++) {
      turn((int) (at & (BUCKETS - 1)), nowNs);
    }
    dueFlows.sort(Comparator.comparingLong(flow -> flow.serial));
    for (Flow flow : dueFlows) {
      @SuppressWarnings("unchecked")
      F taken = (F) flow;
      handler.onDue(taken);
    }
    dueFlows.clear();
  }

  /** Empties a bucket: what is due goes to the list, what is not is filed again. */
  private void turn(int bucket, long nowNs) {
    Flow flow = buckets[bucket];
    buckets[bucket] = null;
    while (flow != null) {
      Flow rest = flow.next;
      flow.previous = null;
      flow.next = null;
      flow.bucket = -1;
      if (flow.deadlineNs - nowNs <= 0) {
        dueFlows.add(flow);
      } else {
        add(flow);
      }
      flow = rest;
    }
  }
}
