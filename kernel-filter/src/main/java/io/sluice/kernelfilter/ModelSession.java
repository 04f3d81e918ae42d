package io.sluice.kernelfilter;

/** {@code struct session} as far as verdicts depend on it. One thread. */
final class ModelSession {
  long lastSeenNs;
  boolean copiedWhole;
  boolean headPending;
  int unanswered;
  int sentBy;
  int server;
  final ModelStream low = new ModelStream();
  final ModelStream high = new ModelStream();

  ModelStream stream(boolean fromHigh) {
    return fromHigh ? high : low;
  }
}
