package io.sluice.jobs;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One job: its wiring. Registered by one line in {@link Jobs}. */
public interface Job {

  /**
   * Adds the job's operators, each with a uid that no other job has: several jobs may be built into
   * one application. Changing a uid, or the maximal parallelism, makes earlier savepoints useless.
   */
  void build(StreamExecutionEnvironment env, Sources sources, Sinks sinks);
}
