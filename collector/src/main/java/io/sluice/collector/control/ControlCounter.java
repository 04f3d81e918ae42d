package io.sluice.collector.control;

import io.sluice.collector.counters.Counter;

/** What happened on the control socket. */
public enum ControlCounter implements Counter {
  CLIENTS("Clients that were answered on the control socket."),
  CLIENTS_REFUSED("Clients that were refused because of who they are."),
  CLIENTS_TOO_MANY("Clients that were refused because as many as there may be were connected."),
  CLIENTS_CUT_OFF("Clients that were cut off because they did not write or read in time."),
  REQUESTS_REFUSED("Requests on the control socket that were no valid request."),
  TAIL_EVENTS("Events that were sent to clients that follow them."),
  TAIL_EVENTS_DROPPED(
      "Events that a client did not get because it read too slowly; nothing else missed them."),
  RELOADS("Times that the configuration was read again."),
  RELOADS_REFUSED("Times that it was left as it was because something in it was wrong.");

  private final String help;

  ControlCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }
}
