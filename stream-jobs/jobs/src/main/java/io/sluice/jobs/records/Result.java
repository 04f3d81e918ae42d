package io.sluice.jobs.records;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * What goes to the store, in this order per key: a scope to be emptied, rows, and for a replay its
 * end. Exactly one part is set.
 */
@TypeInfo(ResultSerializer.Factory.class)
public record Result(
    GroupRow group, HostRow host, ReplayEnd completed, Scope cleared, LedgerRow ledger) {

  public static Result of(GroupRow row) {
    return new Result(row, null, null, null, null);
  }

  public static Result of(HostRow row) {
    return new Result(null, row, null, null, null);
  }

  public static Result completed(ReplayEnd end) {
    return new Result(null, null, end, null, null);
  }

  /** All rows of the scope follow: what an attempt before a restart has written is to go. */
  public static Result cleared(Scope scope) {
    return new Result(null, null, null, scope, null);
  }

  public static Result of(LedgerRow row) {
    return new Result(null, null, null, null, row);
  }

  /** Of a row, or 0. */
  public int windowSeconds() {
    if (group != null) {
      return group.place().windowSeconds();
    }
    return host == null ? 0 : host.place().windowSeconds();
  }
}
