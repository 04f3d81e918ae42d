package io.sluice.query.api;

import java.sql.SQLTransientConnectionException;

/** The store is known to be away: no need to wait for a connection to find out. */
final class StoreAway extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1L;

  StoreAway(String why) {
    super(why);
  }
}
