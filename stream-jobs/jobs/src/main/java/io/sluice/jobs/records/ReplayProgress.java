package io.sluice.jobs.records;

/** How far a replay has come. */
public final class ReplayProgress {
  /** Requests received. */
  public long received;

  /** What the end announced; null until it has come. */
  public ReplayEnd end;

  /** When an unfinished replay is given up, by this machine's clock, milliseconds. */
  public long deadlineMs;
}
