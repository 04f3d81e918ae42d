package io.sluice.jobs.kafka;

import io.sluice.jobs.JobOptions;
import io.sluice.jobs.Sources;
import io.sluice.jobs.records.HealthRecord;
import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.time.SensorWatermarkStrategy;
import io.sluice.jobs.time.WallClock;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The request topic, read once for all jobs of an application. */
public final class KafkaSources implements Sources {
  private final JobOptions options;
  private DataStream<Incoming> requests;

  public KafkaSources(JobOptions options) {
    this.options = options;
  }

  @Override
  public DataStream<Incoming> requests(StreamExecutionEnvironment env) {
    if (requests == null) {
      requests = source(env);
    }
    return requests;
  }

  @Override
  public DataStream<HealthRecord> health(StreamExecutionEnvironment env) {
    KafkaSource<HealthRecord> source =
        KafkaSource.<HealthRecord>builder()
            .setProperties(options.kafkaClient())
            .setGroupId(options.group() + "-health")
            // A pattern may match no topic yet; a name that is missing would fail all jobs.
            .setTopicPattern(Pattern.compile(Pattern.quote(options.healthTopic())))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new HealthDeserializer())
            .setProperty("partition.discovery.interval.ms", "60000")
            .build();
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), "health")
        .uid("health")
        .setParallelism(1);
  }

  private DataStream<Incoming> source(StreamExecutionEnvironment env) {
    KafkaSource<Incoming> source =
        KafkaSource.<Incoming>builder()
            .setProperties(options.kafkaClient())
            .setGroupId(options.group())
            .setTopics(options.requestsTopic())
            // Without a checkpoint everything is counted again from the start: a row counted
            // whole replaces itself, one counted from the middle of its window would lose.
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new IncomingDeserializer(options.pathTemplates()))
            .setProperty("partition.discovery.interval.ms", "60000")
            .build();
    return env.fromSource(
            source, new SensorWatermarkStrategy(options.eventTime(), WallClock.SYSTEM), "requests")
        .uid("requests");
  }
}
