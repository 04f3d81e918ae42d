package io.sluice.jobs;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Reads the request topic as every job does, and throws it away: what no job can be faster than.
 * Only for measuring.
 */
final class DiscardJob implements Job {

  @Override
  public void build(StreamExecutionEnvironment env, Sources sources, Sinks sinks) {
    sources.requests(env).sinkTo(new DiscardingSink<>()).name("discard").uid("discard");
  }
}
