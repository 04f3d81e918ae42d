package io.sluice.jobs;

import io.sluice.jobs.kafka.LoggedRequests;
import io.sluice.jobs.records.LoggedRequest;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Every live request into the store's table of single requests, which keeps them for a while.
 * Writes at least once; the table's key makes it once, so nothing is remembered here.
 */
public final class RequestLogJob implements Job {

  @Override
  public void build(StreamExecutionEnvironment env, Sources sources, Sinks sinks) {
    sinks.log(
        sources
            .requests(env)
            .flatMap(new LoggedRequests())
            .returns(LoggedRequest.class)
            .name("request-log")
            .uid("request-log"));
  }
}
