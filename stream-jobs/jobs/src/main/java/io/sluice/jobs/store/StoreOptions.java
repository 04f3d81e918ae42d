package io.sluice.jobs.store;

import java.io.Serializable;

/**
 * Where the store is and how it is written to.
 *
 * @param url JDBC, PostgreSQL
 * @param batchRows rows of one transaction
 * @param flushMs a row waits no longer for its batch
 * @param retryMs how long a write is repeated before the job fails and restarts
 */
public record StoreOptions(
    String url, String user, String password, int batchRows, long flushMs, long retryMs)
    implements Serializable {

  /** Without the password. */
  @Override
  public String toString() {
    return url + " as " + user;
  }
}
