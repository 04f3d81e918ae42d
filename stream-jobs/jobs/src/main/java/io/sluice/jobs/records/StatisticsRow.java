package io.sluice.jobs.records;

/**
 * One row of statistics as the topic and the table hold it; a later one with the same key replaces
 * it.
 *
 * @param run {@link #LIVE}, or the run of a replayed file
 * @param attempt empty for live traffic
 * @param sketch DDSketch in Datadog's protobuf form, empty without latencies
 */
public record StatisticsRow(
    String run,
    String attempt,
    WindowKey window,
    int windowSeconds,
    Group group,
    long requests,
    long errors,
    long requestBytes,
    long responseBytes,
    long latencyCount,
    long latencySumUs,
    byte[] sketch) {
  public static final String LIVE = "live";

  public static StatisticsRow of(
      String run, String attempt, WindowKey window, int windowSeconds, Group group, Statistics s) {
    return new StatisticsRow(
        run,
        attempt,
        window,
        windowSeconds,
        group,
        s.requests,
        s.errors,
        s.requestBytes,
        s.responseBytes,
        s.latencyCount,
        s.latencySumUs,
        s.latencies().toSketch());
  }

  /** The key of the row, for one Kafka partition per row and for compaction. Never empty. */
  public String key() {
    return String.join(
        "|",
        run,
        attempt,
        Integer.toString(group.dimension()),
        Long.toString(window.startMs()),
        Integer.toString(windowSeconds),
        window.host(),
        group.method(),
        Integer.toString(group.statusClass()),
        group.value());
  }
}
