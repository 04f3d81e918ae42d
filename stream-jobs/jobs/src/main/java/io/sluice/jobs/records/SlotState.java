package io.sluice.jobs.records;

/** What is kept of a slot beside its rows of sums. */
public final class SlotState {
  public HostStatistics statistics = new HostStatistics();
  public Counts counts = new Counts();
}
