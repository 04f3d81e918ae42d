package io.sluice.bench.stream;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** Exact counts of the events as they are made, by plain counting. */
final class DayTruth {
  private final Shape shape;
  final long[] byHost;
  final Map<String, Long> byTemplateAndClass = new TreeMap<>();
  final long[] byStatus = new long[600];
  final long[] byClient;
  final BitSet[] clientsOfHost;
  final int[][] latenciesOfHost;
  long events;
  long duplicates;

  DayTruth(Shape shape) {
    this.shape = shape;
    byHost = new long[shape.hosts()];
    byClient = new long[shape.clients()];
    clientsOfHost = new BitSet[shape.hosts()];
    latenciesOfHost = new int[shape.hosts()][EventMaker.MAX_LATENCY_US + 1];
    for (int host = 0; host < shape.hosts(); host++) {
      clientsOfHost[host] = new BitSet();
    }
  }

  void add(EventMaker made, boolean again) {
    events++;
    duplicates += again ? 1 : 0;
    byHost[made.host]++;
    byStatus[made.status]++;
    byClient[made.client]++;
    clientsOfHost[made.host].set(made.client);
    byTemplateAndClass.merge(key(made.host, made.template, made.status / 100), 1L, Long::sum);
    if (made.status > 0) {
      latenciesOfHost[made.host][(int) made.latencyUs]++;
    }
  }

  String key(int host, int template, int statusClass) {
    return EventMaker.hostName(host)
        + " "
        + EventMaker.templatePath(template, "{int}")
        + " "
        + statusClass;
  }

  /** The value below which that share of a host's latencies lies. */
  long quantileUs(int host, double share) {
    int[] counts = latenciesOfHost[host];
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    long rank = (long) (share * (total - 1));
    long passed = 0;
    for (int us = 0; us < counts.length; us++) {
      passed += counts[us];
      if (passed > rank) {
        return us;
      }
    }
    return counts.length;
  }

  int clients(int host) {
    return clientsOfHost[host].cardinality();
  }

  int hosts() {
    return shape.hosts();
  }
}
