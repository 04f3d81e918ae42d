package io.sluice.jobs.functions;

import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.HostStatistics;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Quantiles;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.Texts;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Requests added up to one partial for each host and window. */
final class Bundle {
  private static final Group[] NO_GROUPS = {};
  private static final int INITIAL = 8;
  private static final int[] NO_NUMBERS = {};

  /** Those that are counted with each request, by the number of their text. */
  private static final Ranking[] COUNTED = new Ranking[Request.ROW];

  static {
    COUNTED[Request.PATH] = Ranking.PATH;
    COUNTED[Request.CLIENT] = Ranking.CLIENT;
    COUNTED[Request.USER_AGENT] = Ranking.USER_AGENT;
    COUNTED[Request.REFERRER] = Ranking.REFERRER;
  }

  private final Windows windows;
  private final UnaryOperator<WindowKey> place;
  private final int values;
  private final Texts hostTexts = new Texts(text -> text);
  private final Texts texts = new Texts(text -> text);
  private final Map<WindowKey, OfHost> hosts = new HashMap<>();
  private long requests;
  private int size;
  private long firstLastMs = Long.MAX_VALUE;

  private final class OfHost {
    /** One for each group and status: statuses are few. */
    final Slices rows = new Slices();

    Sums[] sums = new Sums[INITIAL];

    /** As bins, each once for each value. */
    int[] latencies = NO_NUMBERS;

    int[] durations = NO_NUMBERS;
    int responses;

    /** By the number of the text; none for the host itself. */
    final Tally[] tallies = new Tally[Request.ROW];

    OfHost() {
      for (int text = Request.HOST + 1; text < tallies.length; text++) {
        tallies[text] = new Tally();
      }
    }

    /** Rows and values. */
    int size() {
      int size = rows.size();
      for (int text = Request.HOST + 1; text < tallies.length; text++) {
        size += tallies[text].size();
      }
      return size;
    }

    /** Returns how much larger it has become. */
    int add(Request request) {
      int row = rows.number(request.bytes(), request.from(Request.ROW), request.to(Request.ROW));
      int more = 0;
      if (row == sums.length) {
        sums = Arrays.copyOf(sums, 2 * row);
      }
      if (sums[row] == null) {
        sums[row] = new Sums();
        more++;
      }
      sums[row].add(request);
      if (request.latencyUs() >= 0) {
        if (responses == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * responses + 8);
          durations = Arrays.copyOf(durations, latencies.length);
        }
        latencies[responses] = Quantiles.bin(request.latencyUs());
        durations[responses++] = Quantiles.bin(request.durationUs());
      }
      for (int text = Request.HOST + 1; text < tallies.length; text++) {
        more += tallies[text].add(request.bytes(), request.from(text), request.to(text)) ? 1 : 0;
      }
      return more;
    }

    /**
     * What a row has is counted here, once for all its requests.
     *
     * @param capacity most values of a ranking
     */
    Partial partial(WindowKey window, int capacity) {
      Map<String, long[]> statuses = new HashMap<>();
      Map<Group, Sums> groups = new HashMap<>();
      for (int i = 0; i < rows.size(); i++) {
        byte[] row = rows.bytes(i);
        groups.computeIfAbsent(Request.group(row, texts), group -> new Sums()).merge(sums[i]);
        count(statuses, Request.statusText(Request.status(row)), sums[i].requests);
      }
      HostStatistics statistics = new HostStatistics();
      Map<String, long[]> templates = new HashMap<>();
      Map<String, long[]> methods = new HashMap<>();
      Group[] keys = groups.keySet().toArray(NO_GROUPS);
      Sums[] ofKeys = new Sums[keys.length];
      for (int i = 0; i < keys.length; i++) {
        ofKeys[i] = groups.get(keys[i]);
        statistics.sums.merge(ofKeys[i]);
        count(templates, keys[i].path(), ofKeys[i].requests);
        count(methods, keys[i].method(), ofKeys[i].requests);
      }
      statistics.latencies = Quantiles.of(latencies, responses);
      statistics.durations = Quantiles.of(durations, responses);
      statistics.clients = tallies[Request.CLIENT].distinct();
      for (int text = Request.HOST + 1; text < tallies.length; text++) {
        statistics.frequent[COUNTED[text].ordinal()] = tallies[text].frequent(capacity);
      }
      statistics.frequent[Ranking.STATUS.ordinal()] = Frequent.of(statuses, capacity);
      statistics.frequent[Ranking.TEMPLATE.ordinal()] = Frequent.of(templates, capacity);
      statistics.frequent[Ranking.METHOD.ordinal()] = Frequent.of(methods, capacity);
      return new Partial(window, keys, ofKeys, statistics);
    }

    private void count(Map<String, long[]> tally, String value, long requests) {
      tally.computeIfAbsent(value, v -> new long[1])[0] += requests;
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
    int from = request.from(Request.HOST);
    String host = hostTexts.of(request.bytes(), from, request.to(Request.HOST) - from);
    size += host(new WindowKey(host, windows.start(request.timeMs()))).add(request);
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
        size -= entry.getValue().size();
        to.accept(entry.getValue().partial(entry.getKey(), values));
      } else {
        firstLastMs = Math.min(firstLastMs, lastMs);
      }
    }
  }
}
