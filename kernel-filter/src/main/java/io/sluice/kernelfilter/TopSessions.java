package io.sluice.kernelfilter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The greatest of many sessions, in bounded memory. One thread. */
final class TopSessions {
  private final int limit;
  private final Comparator<Session> order;
  private final PriorityQueue<Session> least;

  TopSessions(int limit, Comparator<Session> order) {
    this.limit = limit;
    this.order = order;
    least = new PriorityQueue<>(order);
  }

  void offer(Session session) {
    least.add(session);
    if (least.size() > limit) {
      least.poll();
    }
  }

  List<Session> descending() {
    List<Session> all = new ArrayList<>(least);
    all.sort(Collections.reverseOrder(order));
    return all;
  }
}
