package io.sluice.collector.capture;

import io.sluice.collector.counters.Counter;

/**
 * What the host lost before the filter could see it, since the capture was opened: as interface and
 * kernel tell it. Only ever appended to.
 */
public enum InterfaceCounter implements Counter {
  INTERFACE_DROPPED(
      "Packets that the watched interfaces dropped or missed on receiving: no room, or nobody to"
          + " take them."),
  INTERFACE_OVERRUN("Packets that found an interface's own receive buffer full."),
  INTERFACE_ERRORS("Packets that the interfaces received damaged."),
  SOFTNET_DROPPED(
      "Packets of any interface that found a processor's backlog queue full; they reached no"
          + " filter."),
  SOFTNET_SQUEEZED("Times that a processor put off received packets, its share of time used up.");

  private final String help;

  InterfaceCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }
}
