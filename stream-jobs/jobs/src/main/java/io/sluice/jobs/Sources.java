package io.sluice.jobs;

import io.sluice.jobs.records.HealthRecord;
import io.sluice.jobs.records.Incoming;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Where a job's input comes from: Kafka, or a test. */
public interface Sources {

  /** Records of the request topic, with event time and watermarks; the same stream at each call. */
  DataStream<Incoming> requests(StreamExecutionEnvironment env);

  /** Records of the sensors' health, without event time; a stream of its own at each call. */
  DataStream<HealthRecord> health(StreamExecutionEnvironment env);
}
