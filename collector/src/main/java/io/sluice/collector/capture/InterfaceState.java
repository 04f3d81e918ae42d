package io.sluice.collector.capture;

/** How an interface that is watched is now. */
public enum InterfaceState {
  UP,
  /** Switched off; its sockets go on by themselves when it is up again. */
  DOWN,
  /** There is none of that name. */
  GONE,
  /** There is another of that name, which takes sockets of its own. */
  MADE_AGAIN
}
