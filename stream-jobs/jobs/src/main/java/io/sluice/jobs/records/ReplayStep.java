package io.sluice.jobs.records;

/**
 * What the replay branch takes: a partial row, or how many requests are whole with the partial rows
 * before it, or the end of the replay.
 *
 * @param partial null but for a partial row
 * @param requests 0 but for a count
 * @param end null but for an end
 */
public record ReplayStep(ReplayKey key, Partial partial, long requests, ReplayEnd end) {

  public static ReplayStep partial(ReplayKey key, Partial partial) {
    return new ReplayStep(key, partial, 0, null);
  }

  public static ReplayStep counted(ReplayKey key, long requests) {
    return new ReplayStep(key, null, requests, null);
  }

  public static ReplayStep end(ReplayEnd end) {
    return new ReplayStep(end.key(), null, 0, end);
  }
}
