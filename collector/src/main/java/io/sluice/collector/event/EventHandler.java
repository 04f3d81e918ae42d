package io.sluice.collector.event;

/** Takes events, in order, on the worker's thread. Must not block. */
@FunctionalInterface
public interface EventHandler {
  void onEvent(RequestEvent event);

  /**
   * False where nobody looks at the events' id and Community ID: they may then be null. Constant.
   */
  default boolean needsIdentifiers() {
    return true;
  }
}
