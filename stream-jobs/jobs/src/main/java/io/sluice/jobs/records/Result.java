package io.sluice.jobs.records;

/**
 * What goes to the store, in this order per key: the rows of a replay, then its end. Exactly one
 * part is set.
 */
public record Result(StatisticsRow row, ReplayEnd completed) {

  public static Result of(StatisticsRow row) {
    return new Result(row, null);
  }

  public static Result completed(ReplayEnd end) {
    return new Result(null, end);
  }
}
