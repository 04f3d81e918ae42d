package io.sluice.jobs.records;

/** How many rows a host and window has: what its bounds are compared with. */
public final class Counts {
  public int templates;
  public int groups;

  /** Whether a row had to go to the overflow. */
  public boolean overflowed;

  /** Whether the rows of the window's end have been emitted: later ones are corrections. */
  public boolean fired;

  /** Shares nothing with this. */
  public Counts copy() {
    Counts copy = new Counts();
    copy.templates = templates;
    copy.groups = groups;
    copy.overflowed = overflowed;
    copy.fired = fired;
    return copy;
  }
}
