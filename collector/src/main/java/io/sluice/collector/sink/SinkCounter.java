package io.sluice.collector.sink;

import io.sluice.collector.counters.Counter;

/** What became of events after they were made. Only ever appended to. */
public enum SinkCounter implements Counter {
  EVENTS_EMITTED("Events that were handed to the sink."),
  EVENTS_ACKNOWLEDGED("Events that the output or all in-sync replicas of the broker have taken."),
  EVENTS_FAILED_QUEUE_FULL(
      "Events dropped because the publisher's queue was full: the broker was away or too slow for too long."),
  EVENTS_FAILED_TIMEOUT(
      "Events dropped because no broker took them within the delivery timeout; none is any more."),
  EVENTS_FAILED_TOO_LARGE("Events that the client or the broker refused for their size."),
  EVENTS_FAILED_REFUSED(
      "Events that the broker refused: authorization, or an invalid record or topic."),
  EVENTS_FAILED_OTHER("Events that failed for another reason, which the log tells."),
  EVENTS_FAILED_SHUTDOWN("Events not delivered when the collector had to stop."),
  HEARTBEATS_ACKNOWLEDGED("Heartbeats that the broker has taken in every partition."),
  HEARTBEATS_FAILED("Heartbeats that did not reach the broker; later ones make up for them."),
  SEND_ATTEMPTS_DEFERRED(
      "Times that the client could not take a record and the publisher tried again."),
  EVENTS_CARRIED_OVER(
      "Events of the run before that it had neither delivered nor counted as lost."),
  EVENTS_SPOOLED("Events that wait on disk for the broker."),
  EVENTS_FAILED_SPOOL_FULL("Events dropped because the spool was full, as its policy says."),
  EVENTS_FAILED_SPOOL_DISK("Events dropped because the spool's file system refused them."),
  EVENTS_FAILED_SPOOL_DAMAGED(
      "Events that the spool's disk did not give back as they were written."),
  EVENTS_FAILED_KILLED("Events that were in memory alone when the run before was killed."),
  DEAD_LETTERS_ACKNOWLEDGED("Refused events of which the dead-letter topic has a copy."),
  DEAD_LETTERS_FAILED("Refused events of which it has none."),
  TIMES_CLAMPED("Events stamped with the clock because their packet's time lay ahead of it."),
  LINKS_FAILED("Times that the connection to Kafka was given up and made anew."),
  SPOOL_BYTES("Bytes that the spool takes on disk.");

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
