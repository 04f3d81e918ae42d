package io.sluice.jobs.records;

/** How many rows a host and window has in each dimension: what its bound is compared with. */
public final class Counts {
  public int responses;
  public int urls;
  public int clients;

  /** Whether a row had to go to the overflow. */
  public boolean overflowed;

  /** Whether the rows of the window's end have been emitted: later ones are corrections. */
  public boolean fired;
}
