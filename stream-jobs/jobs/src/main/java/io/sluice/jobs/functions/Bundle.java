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

  private final Windows windows;
  private final UnaryOperator<WindowKey> place;
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

    /** How many entries more there are now. */
    int add(Request request) {
      int before = groups.size();
      groups.computeIfAbsent(Group.of(request), g -> new Sums()).add(request);
      int added = groups.size() - before;
      statistics.sums.add(request);
      if (request.latencyUs() >= 0) {
        statistics.latencies.add(request.latencyUs());
        statistics.durations.add(request.durationUs());
      }
      statistics.clients.add(Distinct.token(request.client()));
      for (int i = 0; i < tallies.length; i++) {
        Map<String, long[]> tally = tallies[i];
        before = tally.size();
        tally.computeIfAbsent(RANKINGS[i].value(request), v -> new long[1])[0]++;
        added += tally.size() - before;
      }
      return added;
    }

    Partial partial(WindowKey window) {
      for (int i = 0; i < tallies.length; i++) {
        statistics.frequent[i] = Frequent.of(tallies[i]);
      }
      Group[] keys = groups.keySet().toArray(NO_GROUPS);
      Sums[] sums = new Sums[keys.length];
      for (int i = 0; i < keys.length; i++) {
        sums[i] = groups.get(keys[i]);
      }
      return new Partial(window, keys, sums, statistics);
    }
  }

  /**
   * @param place what stands for a host and window: itself, or another where there are too many
   */
  Bundle(Windows windows, UnaryOperator<WindowKey> place) {
    this.windows = windows;
    this.place = place;
  }

  void add(Request request) {
    requests++;
    WindowKey window = place.apply(new WindowKey(request.host(), windows.start(request.timeMs())));
    firstLastMs = Math.min(firstLastMs, windows.lastMs(window.startMs()));
    size += hosts.computeIfAbsent(window, w -> new OfHost()).add(request);
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
    full.forEach((window, host) -> to.accept(host.partial(window)));
  }
}
