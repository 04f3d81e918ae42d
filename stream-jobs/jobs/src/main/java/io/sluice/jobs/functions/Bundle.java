package io.sluice.jobs.functions;

import io.sluice.jobs.records.Distinct;
import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.HostStatistics;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Requests added up to one partial for each host and window. */
final class Bundle {
  private static final Group[] NO_GROUPS = {};
  private static final Ranking[] RANKINGS = Ranking.values();

  /** The others are of a whole group. */
  private static final Ranking[] OF_REQUESTS = {
    Ranking.PATH, Ranking.CLIENT, Ranking.USER_AGENT, Ranking.REFERRER, Ranking.STATUS
  };

  private final Windows windows;
  private final UnaryOperator<WindowKey> place;
  private final int values;
  private Map<WindowKey, OfHost> hosts = new HashMap<>();
  private long requests;
  private int size;
  private long firstLastMs = Long.MAX_VALUE;

  private static final class OfHost {
    final Map<Group, Sums> groups = new HashMap<>();
    final HostStatistics statistics = new HostStatistics();

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
    final Map<String, long[]>[] tallies = new Map[RANKINGS.length];

    OfHost() {
      for (int i = 0; i < tallies.length; i++) {
        tallies[i] = new HashMap<>();
      }
    }

    void add(Request request) {
      groups.computeIfAbsent(Group.of(request), g -> new Sums()).add(request);
      if (request.latencyUs() >= 0) {
        statistics.latencies.add(request.latencyUs());
        statistics.durations.add(request.durationUs());
      }
      for (Ranking ranking : OF_REQUESTS) {
        count(ranking, ranking.value(request), 1);
      }
    }

    private Map<String, long[]> tally(Ranking ranking) {
      return tallies[ranking.ordinal()];
    }

    private void count(Ranking ranking, String value, long requests) {
      tally(ranking).computeIfAbsent(value, v -> new long[1])[0] += requests;
    }

    int size() {
      int size = groups.size();
      for (Map<String, long[]> tally : tallies) {
        size += tally.size();
      }
      return size;
    }

    /**
     * To be asked once, at the end: what a group has is counted here, once for all its requests.
     *
     * @param capacity most values of a ranking
     */
    Partial partial(WindowKey window, int capacity) {
      Group[] keys = groups.keySet().toArray(NO_GROUPS);
      Sums[] sums = new Sums[keys.length];
      for (int i = 0; i < keys.length; i++) {
        sums[i] = groups.get(keys[i]);
        statistics.sums.merge(sums[i]);
        count(Ranking.TEMPLATE, keys[i].path(), sums[i].requests);
        count(Ranking.METHOD, keys[i].method(), sums[i].requests);
      }
      for (String client : tally(Ranking.CLIENT).keySet()) {
        statistics.clients.add(Distinct.token(client));
      }
      for (int i = 0; i < tallies.length; i++) {
        statistics.frequent[i] = Frequent.of(tallies[i], capacity);
      }
      return new Partial(window, keys, sums, statistics);
    }
  }

  /**
   * @param place what stands for a host and window: itself, or another where there are too many
   * @param values most values of a ranking
   */
  Bundle(Windows windows, UnaryOperator<WindowKey> place, int values) {
    this.windows = windows;
    this.place = place;
    this.values = values;
  }

  void add(Request request) {
    requests++;
    OfHost host = host(new WindowKey(request.host(), windows.start(request.timeMs())));
    size -= host.size();
    host.add(request);
    size += host.size();
  }

  private OfHost host(WindowKey window) {
    OfHost host = hosts.get(window);
    if (host == null) {
      firstLastMs = Math.min(firstLastMs, windows.lastMs(window.startMs()));
      host = hosts.computeIfAbsent(place.apply(window), w -> new OfHost());
    }
    return host;
  }

  /** Rows and values held: what it takes in memory. */
  int size() {
    return size;
  }

  /** Requests since it was last drained. */
  long requests() {
    return requests;
  }

  /** The watermark that closes the first of its windows; the largest long where it is empty. */
  long firstLastMs() {
    return firstLastMs;
  }

  /** Hands over what it holds and is empty. */
  void drain(Consumer<Partial> to) {
    Map<WindowKey, OfHost> full = hosts;
    hosts = new HashMap<>();
    requests = 0;
    size = 0;
    firstLastMs = Long.MAX_VALUE;
    full.forEach((window, host) -> to.accept(host.partial(window, values)));
  }
}
