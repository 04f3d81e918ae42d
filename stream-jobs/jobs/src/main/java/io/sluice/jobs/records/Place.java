package io.sluice.jobs.records;

/**
 * Where a row stands in time, and of which host it is.
 *
 * @param run {@link #LIVE}, or the run of a replayed file
 * @param attempt empty for live traffic
 */
public record Place(String run, String attempt, int windowSeconds, WindowKey window) {
  public static final String LIVE = "live";

  public static Place live(int windowSeconds, WindowKey window) {
    return new Place(LIVE, "", windowSeconds, window);
  }

  public static Place of(ReplayKey replay, int windowSeconds, WindowKey window) {
    return new Place(replay.run(), replay.attempt(), windowSeconds, window);
  }

  String key() {
    return String.join(
        "|",
        run,
        attempt,
        Integer.toString(windowSeconds),
        Long.toString(window.startMs()),
        window.isOfAllHosts() ? "" : window.host());
  }
}
