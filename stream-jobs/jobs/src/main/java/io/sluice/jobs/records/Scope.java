package io.sluice.jobs.records;

/**
 * Rows of the store that are about to be written anew, all of them: the sums of one host and
 * window, or everything of a replay.
 *
 * @param attempt empty for live traffic
 * @param window null for a whole replay
 */
public record Scope(String run, String attempt, WindowKey window, int windowSeconds) {

  public static Scope of(Place place) {
    return new Scope(place.run(), place.attempt(), place.window(), place.windowSeconds());
  }

  public static Scope replay(ReplayKey key) {
    return new Scope(key.run(), key.attempt(), null, 0);
  }
}
