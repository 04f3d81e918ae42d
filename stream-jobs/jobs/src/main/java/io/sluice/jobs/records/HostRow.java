package io.sluice.jobs.records;

/**
 * One row of a host, or of all hosts, as the topic and the tables {@code host_stats} and {@code
 * total_stats} hold it; a later one with the same key replaces it. Nobody changes what is in it.
 *
 * @param latencySketch see {@link Quantiles#toSketch}
 * @param clientSketch see {@link Distinct#toSketch}
 * @param frequent one for each {@link Ranking}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record HostRow(
    Place place,
    Sums sums,
    byte[] latencySketch,
    byte[] durationSketch,
    byte[] clientSketch,
    Frequent[] frequent) {

  /** Shares nothing with the statistics, which may go on to change. */
  public static HostRow of(Place place, HostStatistics host) {
    Frequent[] frequent = new Frequent[host.frequent.length];
    for (int i = 0; i < frequent.length; i++) {
      frequent[i] = host.frequent[i].copy();
    }
    return new HostRow(
        place,
        host.sums.copy(),
        host.latencies.toSketch(),
        host.durations.toSketch(),
        host.clients.toSketch(),
        frequent);
  }

  /** For one Kafka partition per row and for compaction. Never empty. */
  public String key() {
    return (place.window().isOfAllHosts() ? "all|" : "host|") + place.key();
  }
}
