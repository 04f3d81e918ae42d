package io.sluice.jobs.time;

import java.io.Serializable;

/** This machine's clock, so that a test can set it. */
@FunctionalInterface
public interface WallClock extends Serializable {
  WallClock SYSTEM = System::currentTimeMillis;

  /** Milliseconds since 1970 UTC. */
  long millis();
}
