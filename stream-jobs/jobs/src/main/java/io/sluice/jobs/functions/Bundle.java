package io.sluice.jobs.functions;

import io.sluice.jobs.records.Distinct;
import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.HostStatistics;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Quantiles;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Requests added up to one partial for each host and window. */
final class Bundle {
  private static final Group[] NO_GROUPS = {};
  private static final int[] NO_NUMBERS = {};
  private static final Ranking[] RANKINGS = Ranking.values();

  /** What differs in a group: its statuses, which are few. */
  private record Row(Group group, int status) {

    @Override
    public int hashCode() {
      return 31 * group.hashCode() + status;
    }
  }

  private final Windows windows;
  private final UnaryOperator<WindowKey> place;
  private final int values;
  private final Map<WindowKey, OfHost> hosts = new HashMap<>();
  private long requests;
  private int size;
  private long firstLastMs = Long.MAX_VALUE;

  private static final class OfHost {
    final Map<Row, Sums> rows = new HashMap<>();

    /** As bins, each once for each value. */
    int[] latencies = NO_NUMBERS;

    int[] durations = NO_NUMBERS;
    int responses;

    /** Rows and values. */
    int size;

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generic types.
    final Map<String, long[]>[] tallies = new Map[RANKINGS.length];

    OfHost() {
      for (int i = 0; i < tallies.length; i++) {
        tallies[i] = new HashMap<>();
      }
    }

    void add(Request request) {
      Row row = new Row(Group.of(request), request.status());
      Sums sums = rows.get(row);
      if (sums == null) {
        sums = new Sums();
        rows.put(row, sums);
        size++;
      }
      sums.add(request);
      if (request.latencyUs() >= 0) {
        if (responses == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * responses + 8);
          durations = Arrays.copyOf(durations, latencies.length);
        }
        latencies[responses] = Quantiles.bin(request.latencyUs());
        durations[responses++] = Quantiles.bin(request.durationUs());
      }
      count(Ranking.PATH, request.path(), 1);
      count(Ranking.CLIENT, request.client(), 1);
      count(Ranking.USER_AGENT, request.userAgent(), 1);
      count(Ranking.REFERRER, request.referrer(), 1);
    }

    private Map<String, long[]> tally(Ranking ranking) {
      return tallies[ranking.ordinal()];
    }

    private void count(Ranking ranking, String value, long requests) {
      Map<String, long[]> tally = tally(ranking);
      long[] count = tally.get(value);
      if (count == null) {
        tally.put(value, new long[] {requests});
        size++;
      } else {
        count[0] += requests;
      }
    }

    /**
     * To be asked once, at the end: what a row has is counted here, once for all its requests.
     *
     * @param capacity most values of a ranking
     */
    Partial partial(WindowKey window, int capacity) {
      HostStatistics statistics = new HostStatistics();
      Map<Group, Sums> groups = new HashMap<>();
      rows.forEach((row, sums) -> {
        groups.computeIfAbsent(row.group(), group -> new Sums()).merge(sums);
        count(Ranking.STATUS, Request.statusText(row.status()), sums.requests);
      });
      Group[] keys = groups.keySet().toArray(NO_GROUPS);
      Sums[] sums = new Sums[keys.length];
      for (int i = 0; i < keys.length; i++) {
        sums[i] = groups.get(keys[i]);
        statistics.sums.merge(sums[i]);
        count(Ranking.TEMPLATE, keys[i].path(), sums[i].requests);
        count(Ranking.METHOD, keys[i].method(), sums[i].requests);
      }
      statistics.latencies = Quantiles.of(latencies, responses);
      statistics.durations = Quantiles.of(durations, responses);
      statistics.clients = clients();
      for (int i = 0; i < tallies.length; i++) {
        statistics.frequent[i] = Frequent.of(tallies[i], capacity);
      }
      return new Partial(window, keys, sums, statistics);
    }

    private Distinct clients() {
      Set<String> clients = tally(Ranking.CLIENT).keySet();
      int[] tokens = new int[clients.size()];
      int length = 0;
      for (String client : clients) {
        tokens[length++] = Distinct.token(client);
      }
      return Distinct.of(tokens, length);
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
    size -= host.size;
    host.add(request);
    size += host.size;
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

  /** The watermark that closes the first of its windows; the largest long where it is empty. */
  long firstLastMs() {
    return firstLastMs;
  }

  /**
   * Hands over all that it holds and is empty.
   *
   * @return of how many requests
   */
  long drain(Consumer<Partial> to) {
    drain(Long.MAX_VALUE, to);
    long drained = requests;
    requests = 0;
    return drained;
  }

  /** Hands over the windows that this watermark closes, and forgets them. */
  void drain(long watermarkMs, Consumer<Partial> to) {
    firstLastMs = Long.MAX_VALUE;
    Iterator<Map.Entry<WindowKey, OfHost>> entries = hosts.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<WindowKey, OfHost> entry = entries.next();
      long lastMs = windows.lastMs(entry.getKey().startMs());
      if (lastMs <= watermarkMs) {
        entries.remove();
        size -= entry.getValue().size;
        to.accept(entry.getValue().partial(entry.getKey(), values));
      } else {
        firstLastMs = Math.min(firstLastMs, lastMs);
      }
    }
  }
}
