package io.sluice.jobs.records;

/**
 * What goes to the store, in this order per key: a scope to be emptied, rows, and for a replay its
 * end. Exactly one part is set.
 */
public record Result(StatisticsRow row, ReplayEnd completed, Scope cleared) {

  public static Result of(StatisticsRow row) {
    return new Result(row, null, null);
  }

  public static Result completed(ReplayEnd end) {
    return new Result(null, end, null);
  }

  /** All rows of the scope follow: what an attempt before a restart has written is to go. */
  public static Result cleared(Scope scope) {
    return new Result(null, null, scope);
  }
}
