package io.sluice.jobs;

import io.sluice.jobs.records.HealthRecord;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.SensorHealthRow;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What sensors saw and lost into the store's table of their health. Writes at least once; the
 * table's key makes it once, so nothing is remembered here. A report each ten seconds is no load:
 * one subtask does it all.
 */
public final class SensorHealthJob implements Job {

  @Override
  public void build(StreamExecutionEnvironment env, Sources sources, Sinks sinks) {
    DataStream<HealthRecord> records = sources.health(env);
    sinks.health(
        records
            .filter(record -> record.row() != null)
            .name("sensor-health-rows")
            .uid("sensor-health-rows")
            .setParallelism(1)
            .map(HealthRecord::row)
            .returns(SensorHealthRow.class)
            .name("sensor-health")
            .uid("sensor-health")
            .setParallelism(1));
    sinks.malformedHealth(
        records
            .filter(record -> record.malformed() != null)
            .name("malformed-health-records")
            .uid("malformed-health-records")
            .setParallelism(1)
            .map(HealthRecord::malformed)
            .returns(RawRecord.class)
            .name("malformed-health")
            .uid("malformed-health")
            .setParallelism(1));
  }
}
