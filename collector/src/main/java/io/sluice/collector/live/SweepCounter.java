package io.sluice.collector.live;

import io.sluice.collector.counters.Counter;

/** What the sweeps of the kernel's session maps did. Only ever appended to. */
public enum SweepCounter implements Counter {
  SWEEPS("Sweeps of the kernel's session maps."),
  SWEEPS_FAILED("Sweeps that the kernel ended with an error."),
  SWEPT_UNCONFIRMED("Unconfirmed sessions that were idle too long, removed."),
  SWEPT_CONFIRMED("Confirmed sessions that were idle too long, removed."),
  SWEEP_NS("Nanoseconds that sweeps took."),
  SESSIONS_EVICTED(
      "Unconfirmed sessions that had to make room for others: what was entered and is neither there"
          + " nor removed, as of the last sweep.");

  private final String help;

  SweepCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }
}
