package io.sluice.jobs.functions;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Names of this job's counters; each is one exit of an event or one limit that was met. */
public enum JobMetrics {
  /** Records of the request topic, of every type. */
  CONSUMED("consumed"),
  /** Of a type that this job does not know. */
  UNKNOWN("unknown"),
  MALFORMED("malformed"),
  REPLAYED("replayed"),
  HEARTBEATS("heartbeats"),
  REPLAY_ENDS("replayEnds"),
  /** Live events with an id seen before. */
  DUPLICATE("duplicate"),
  /** Ids forgotten before their window was: a duplicate of one would be counted. */
  IDS_OVER_BOUND("idsOverBound"),
  /** Live events behind the allowed lateness. */
  LATE("late"),
  /** Live events further ahead of this machine's clock than is believed. */
  FUTURE("future"),
  /** Live events that went into a window. */
  AGGREGATED("aggregated"),
  /**
   * Packet times that were clamped before they moved event time: ahead of the clock, far behind.
   */
  CLAMPED("clamped"),
  /** Sensors beyond the bound of one partition; they share one clock. */
  SENSORS_OVER_BOUND("sensorsOverBound"),
  /** Requests whose host, template or row went to {other}. */
  OVERFLOW("overflow"),
  REPLAYS_COMPLETED("replaysCompleted"),
  REPLAYS_ABANDONED("replaysAbandoned");

  private final String id;

  JobMetrics(String id) {
    this.id = id;
  }

  /** The counter's name in its group. */
  public String id() {
    return id;
  }

  public Counter on(MetricGroup group) {
    return group.addGroup("sluice").counter(id, new ThreadSafeSimpleCounter());
  }
}
