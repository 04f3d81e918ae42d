package io.sluice.jobs.kafka;

import io.sluice.jobs.JobOptions;
import io.sluice.jobs.Sinks;
import io.sluice.jobs.records.LoggedRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.SensorHealthRow;
import io.sluice.jobs.store.BatchSink;
import io.sluice.jobs.store.StoreSink;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;

/** The topics, exactly once, and the store. */
public final class KafkaSinks implements Sinks {
  private final JobOptions options;

  public KafkaSinks(JobOptions options) {
    this.options = options;
  }

  @Override
  public void statistics(DataStream<Result> rows) {
    topic(rows, new StatisticsSerializer(options.statisticsTopic()), "statistics-topic");
  }

  @Override
  public void store(DataStream<Result> results) {
    results
        .sinkTo(new StoreSink(options.store(), options.levels().base()))
        .name("store")
        .uid("store");
  }

  @Override
  public void log(DataStream<LoggedRequest> requests) {
    requests
        .sinkTo(BatchSink.requests(options.store()))
        .name("request-log-store")
        .uid("request-log-store");
  }

  @Override
  public void health(DataStream<SensorHealthRow> rows) {
    rows.sinkTo(BatchSink.health(options.store()))
        .name("sensor-health-store")
        .uid("sensor-health-store")
        .setParallelism(1);
  }

  @Override
  public void late(DataStream<RawRecord> records) {
    topic(records, new RawSerializer(options.lateTopic()), "late-topic");
  }

  @Override
  public void malformed(DataStream<RawRecord> records) {
    topic(records, new RawSerializer(options.malformedTopic()), "malformed-topic");
  }

  @Override
  public void malformedHealth(DataStream<RawRecord> records) {
    topic(records, new RawSerializer(options.malformedTopic()), "malformed-health-topic")
        .setParallelism(1);
  }

  private <T> DataStreamSink<T> topic(
      DataStream<T> stream, KafkaRecordSerializationSchema<T> serializer, String name) {
    Properties producer = new Properties();
    producer.setProperty("compression.type", "lz4");
    // Nobody sees a record before its checkpoint: it may as well wait for a larger batch.
    producer.setProperty("batch.size", "131072");
    producer.setProperty("linger.ms", "100");
    producer.putAll(options.kafkaClient());
    KafkaSink<T> sink =
        KafkaSink.<T>builder()
            .setKafkaProducerConfig(producer)
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(options.transactionPrefix() + "-" + name)
            .setProperty("transaction.timeout.ms", Long.toString(options.transactionTimeoutMs()))
            .setRecordSerializer(serializer)
            .build();
    return stream.sinkTo(sink).name(name).uid(name);
  }
}
