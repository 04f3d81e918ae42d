package io.sluice.jobs.records;

/**
 * What is kept of one host, or of all hosts together, in one window. Mutable, with one owner at a
 * time.
 */
public final class HostStatistics {
  public Sums sums = new Sums();
  public Quantiles latencies = new Quantiles();
  public Quantiles durations = new Quantiles();
  public Distinct clients = new Distinct();

  /** One for each {@link Ranking}. */
  public Frequent[] frequent = new Frequent[Ranking.all().length];

  public HostStatistics() {
    for (int i = 0; i < frequent.length; i++) {
      frequent[i] = new Frequent();
    }
  }

  /**
   * Adds all of the other, which stays as it is and shares nothing with this afterwards.
   *
   * @param capacity most values of a ranking from now on
   */
  public void merge(HostStatistics other, int capacity) {
    sums.merge(other.sums);
    latencies.merge(other.latencies);
    durations.merge(other.durations);
    clients.merge(other.clients);
    for (int i = 0; i < frequent.length; i++) {
      frequent[i].merge(other.frequent[i], capacity);
    }
  }

  /** Shares nothing with this. */
  public HostStatistics copy() {
    HostStatistics copy = new HostStatistics();
    copy.sums = sums.copy();
    copy.latencies = latencies.copy();
    copy.durations = durations.copy();
    copy.clients = clients.copy();
    for (int i = 0; i < frequent.length; i++) {
      copy.frequent[i] = frequent[i].copy();
    }
    return copy;
  }

  /**
   * These for all hosts together: what means something only with its host begins with it. Shares
   * with this what is not changed by being merged.
   */
  public HostStatistics ofAllHosts(String host) {
    HostStatistics all = new HostStatistics();
    all.sums = sums;
    all.latencies = latencies;
    all.durations = durations;
    all.clients = clients;
    for (Ranking ranking : Ranking.all()) {
      Frequent mine = frequent[ranking.ordinal()];
      all.frequent[ranking.ordinal()] = ranking.isOfHost() ? mine.prefixed(host) : mine;
    }
    return all;
  }
}
