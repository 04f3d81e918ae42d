package io.sluice.jobs.records;

/**
 * One host in one window. A key of keyed state: its hash must not change between Java versions, so
 * it is written out.
 */
public record WindowKey(String host, long startMs) {

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + Long.hashCode(startMs);
  }
}
