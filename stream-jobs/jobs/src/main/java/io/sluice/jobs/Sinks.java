package io.sluice.jobs;

import io.sluice.jobs.records.LoggedRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.SensorHealthRow;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Where a job's output goes: Kafka and the store, or a test. */
public interface Sinks {

  /** Rows of sums and of hosts, for whoever adds them up further. */
  void statistics(DataStream<Result> rows);

  /** Keeps the order of each upstream subtask: the end of a replay follows its rows. */
  void store(DataStream<Result> results);

  void log(DataStream<LoggedRequest> requests);

  void health(DataStream<SensorHealthRow> rows);

  void late(DataStream<RawRecord> records);

  void malformed(DataStream<RawRecord> records);

  /** To the same topic. */
  void malformedHealth(DataStream<RawRecord> records);
}
