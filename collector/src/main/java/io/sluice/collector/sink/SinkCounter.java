package io.sluice.collector.sink;

import io.sluice.collector.counters.Counter;

/** What became of events after they were made. Only ever appended to. */
public enum SinkCounter implements Counter {
  EVENTS_EMITTED("Events that were handed to the sink."),
  EVENTS_ACKNOWLEDGED("Events that the output or all in-sync replicas of the broker have taken."),
  EVENTS_FAILED_QUEUE_FULL(
      "Events dropped because the publisher's queue was full: the broker was away or too slow for too long."),
  EVENTS_FAILED_TIMEOUT("Events dropped because no broker took them within the delivery timeout."),
  EVENTS_FAILED_TOO_LARGE("Events that the client or the broker refused for their size."),
  EVENTS_FAILED_REFUSED(
      "Events that the broker refused: authorization, or an invalid record or topic."),
  EVENTS_FAILED_OTHER("Events that failed for another reason, which the log tells."),
  EVENTS_FAILED_SHUTDOWN("Events not delivered when the collector had to stop."),
  HEARTBEATS_ACKNOWLEDGED(
      "Heartbeats that the broker has taken, one for each partition and second."),
  HEARTBEATS_FAILED("Heartbeats that did not reach the broker; later ones make up for them."),
  SEND_ATTEMPTS_DEFERRED(
      "Times that the client could not take a record and the publisher tried again.");

  private final String help;

  SinkCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }

  /** Whether it is one of the reasons for which an event was lost. */
  public boolean isFailure() {
    return name().startsWith("EVENTS_FAILED_");
  }
}
