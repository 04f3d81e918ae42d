package io.sluice.collector.event;

/** Takes events, in order, on the worker's thread. Must not block. */
@FunctionalInterface
public interface EventHandler {
  void onEvent(RequestEvent event);
}
