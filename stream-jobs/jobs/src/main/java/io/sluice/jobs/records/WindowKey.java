package io.sluice.jobs.records;

/**
 * One host in one window. A key of keyed state: its hash must not change between Java versions, so
 * it is written out.
 *
 * @param host {@link #ALL_HOSTS} for all of them together
 */
public record WindowKey(String host, long startMs) {
  /** No text from the wire holds a NUL by the time it is here. */
  public static final String ALL_HOSTS = "\0";

  public boolean isOfAllHosts() {
    return host.equals(ALL_HOSTS);
  }

  /** Whether it is that of the hosts beyond the bound. */
  public boolean isOfOther() {
    return host.equals(Group.OTHER);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + Long.hashCode(startMs);
  }
}
