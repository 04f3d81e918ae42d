package io.sluice.collector.live;

import io.sluice.collector.event.EventHandler;

/** Where a worker's events go. */
public interface EventOutput extends EventHandler {
  /** The worker has nothing to do just now. Called on its thread. */
  default void onIdle() {}
}
