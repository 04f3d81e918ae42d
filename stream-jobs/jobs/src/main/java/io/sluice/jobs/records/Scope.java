package io.sluice.jobs.records;

/**
 * Rows of the store that are about to be written anew, all of them: those of one host and window,
 * or those of a whole replay.
 *
 * @param attempt empty for live traffic
 * @param window null for a whole replay
 */
public record Scope(String run, String attempt, WindowKey window, int windowSeconds) {

  public static Scope live(WindowKey window, int windowSeconds) {
    return new Scope(StatisticsRow.LIVE, "", window, windowSeconds);
  }

  public static Scope replay(ReplayKey key) {
    return new Scope(key.run(), key.attempt(), null, 0);
  }
}
