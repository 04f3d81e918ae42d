package io.sluice.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import io.sluice.jobs.support.Await;
import io.sluice.jobs.support.LocalBroker;
import io.sluice.jobs.support.LocalStore;
import io.sluice.jobs.support.Topics;
import io.sluice.schemas.LedgerLine;
import io.sluice.schemas.SensorHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Reports of sensors from a real broker into a real store. */
class SensorHealthJobIT {
  private static final String TOPIC = "sensor.health.v1";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  @TempDir Path checkpoints;

  @Test
  void storesEachReportOnceAndPassesOnWhatItCannotRead() throws Exception {
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap())) {
      store.migrate();
      topics.send(
          List.of(
              report(0, 100, 40),
              report(1, 7, 7),
              report(1, 7, 7),
              new ProducerRecord<>(TOPIC, null, "no report".getBytes(UTF_8)),
              report(2, 1, 0)));
      JobClient job = start(broker, store);
      try {
        String stored =
            "SELECT sequence, to_time AT TIME ZONE 'UTC', last, came_in, ways, amounts"
                + " FROM sensor_health WHERE sensor = 's1' AND run = 'r1' ORDER BY sequence";
        List<String> expected =
            List.of(
                "0 2026-11-26 00:00:10 f {100} {filtered_not_tcp,kept} {60,40}",
                "1 2026-11-26 00:00:20 f {7} {filtered_not_tcp,kept} {0,7}",
                "2 2026-11-26 00:00:30 t {1} {filtered_not_tcp,kept} {1,0}");
        assertThat(Await.until(expected, () -> store.query(stored))).isEqualTo(expected);
        assertThat(Await.until(1, () -> topics.committed("http.requests.v1.dlq").size()))
            .isEqualTo(1);
        assertThat(topics.committed("http.requests.v1.dlq"))
            .singleElement()
            .satisfies(record -> assertThat(record.value()).isEqualTo("no report".getBytes(UTF_8)));
      } finally {
        job.cancel().get();
      }
    }
  }

  private JobClient start(LocalBroker broker, LocalStore store) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("jobs", "sensor-health");
    properties.setProperty("kafka.bootstrap", broker.bootstrap());
    properties.setProperty("store.url", store.url());
    properties.setProperty("store.user", "postgres");
    properties.setProperty("store.password", "postgres");
    properties.setProperty("checkpoint.interval.ms", "500");
    JobOptions options = new JobOptions(properties);
    Configuration flink = new Configuration();
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.setParallelism(1);
    Jobs.build(env, options, new KafkaSources(options), new KafkaSinks(options));
    return env.executeAsync("sensor-health");
  }

  private static ProducerRecord<byte[], byte[]> report(long sequence, long seen, long kept)
      throws IOException {
    Instant from = Instant.parse("2026-11-26T00:00:00Z").plusSeconds(10 * sequence);
    SensorHealth health =
        SensorHealth.newBuilder()
            .setSensor("s1")
            .setRun("r1")
            .setSequence(sequence)
            .setFromTime(from)
            .setToTime(from.plusSeconds(10))
            .setLast(sequence == 2)
            .setSource("eth0")
            .setVersion("1")
            .setLedger(
                List.of(
                    LedgerLine.newBuilder()
                        .setStage("kernel")
                        .setUnit("frames")
                        .setInput("seen")
                        .setCameIn(seen)
                        .setWentOut(Map.of("kept", kept, "filtered_not_tcp", seen - kept))
                        .setPending(0)
                        .build()))
            .setCounters(Map.of())
            .build();
    var bytes = SensorHealth.getEncoder().encode(health);
    byte[] value = new byte[bytes.remaining()];
    bytes.get(value);
    return new ProducerRecord<>(TOPIC, "s1".getBytes(UTF_8), value);
  }
}
