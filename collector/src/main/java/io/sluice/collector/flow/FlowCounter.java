package io.sluice.collector.flow;

import io.sluice.collector.counters.Counter;

/** The life of flows: OPENED = CLOSED + EXPIRED + EVICTED + those in the table. */
public enum FlowCounter implements Counter {
  OPENED("Flows that entered the table."),
  CLOSED("Flows removed because their end, or a new connection of the same four-tuple, was seen."),
  EXPIRED("Flows removed because they were idle."),
  EVICTED("Flows pushed out because the table was full."),
  CLOCK_BACKWARDS("Packets older than one before them; the flow clock stood still for them.");

  private final String help;

  FlowCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }
}
