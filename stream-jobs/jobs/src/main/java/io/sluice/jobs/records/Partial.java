package io.sluice.jobs.records;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Statistics to be added to one host and window. Whoever receives it owns what is in it.
 *
 * @param groups none twice; empty for all hosts together
 * @param sums one for each group
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
@TypeInfo(PartialSerializer.Factory.class)
public record Partial(WindowKey window, Group[] groups, Sums[] sums, HostStatistics host) {
  private static final Group[] NO_GROUPS = {};
  private static final Sums[] NO_SUMS = {};

  /** The same of a window that starts then, and holds this one. */
  public Partial within(long startMs) {
    return new Partial(new WindowKey(window.host(), startMs), groups, sums, host);
  }

  /** The same as part of all hosts together. */
  public Partial ofAllHosts() {
    return new Partial(
        new WindowKey(WindowKey.ALL_HOSTS, window.startMs()),
        NO_GROUPS,
        NO_SUMS,
        host.ofAllHosts(window.host()));
  }
}
