package io.sluice.jobs.records;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/** What is kept of one host, or of all hosts together, in one window, as state holds it. */
@TypeInfo(WindowStateSerializer.Factory.class)
public final class WindowState {
  /** None twice; empty for all hosts together. */
  public Group[] groups;

  /** One for each group. */
  public Sums[] sums;

  public HostStatistics host;
  public Counts counts;
}
