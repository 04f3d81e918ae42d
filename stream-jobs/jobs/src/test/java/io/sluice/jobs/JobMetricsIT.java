package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.functions.JobMetrics;
import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import io.sluice.jobs.support.Await;
import io.sluice.jobs.support.Events;
import io.sluice.jobs.support.LocalBroker;
import io.sluice.jobs.support.LocalStore;
import io.sluice.jobs.support.Model;
import io.sluice.jobs.support.Topics;
import io.sluice.schemas.RequestEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a running job's counters say, as a reporter reads them, against what was sent. */
class JobMetricsIT {
  private static final int PARTITIONS = 4;
  private static final InMemoryReporter REPORTER = InMemoryReporter.create();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path checkpoints;

  private final Map<JobMetrics, Long> expected = new EnumMap<>(JobMetrics.class);
  private final Model live = new Model();
  private final Model replay = new Model();
  private List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

  @Test
  void everyCounterIsWhatTheModelCounts() throws Exception {
    for (JobMetrics metric : JobMetrics.values()) {
      expected.put(metric, 0L);
    }
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap())) {
      store.migrate();
      JobClient job = start(broker, store);
      try {
        long now = System.currentTimeMillis();
        send(topics, now);
        heartbeats(topics, now);
        // Everything is read, and time has moved past the lateness: only now what is late is late.
        assertThat(Await.until(live.rows(10), () -> Model.stored(store, "live", "", 10)))
            .isEqualTo(live.rows(10));
        sendLate(topics, now);
        assertThat(Await.until(expected, JobMetricsIT::counters)).isEqualTo(expected);
        assertThat(Await.until(replay.rows(), () -> Model.stored(store, "file:1", "a1")))
            .isEqualTo(replay.rows());
      } finally {
        job.cancel().get();
      }
    }
  }

  private void send(Topics topics, long now) throws Exception {
    long base = now - 120_000;
    for (int i = 0; i < 601; i++) {
      RequestEvent event = event("l" + i, base + i * 100L);
      live.add(event);
      add(JobMetrics.AGGREGATED, Events.live(null, event));
      if (i % 20 == 0) {
        add(JobMetrics.DUPLICATE, Events.live(null, event));
      }
    }
    for (int i = 0; i < 7; i++) {
      add(JobMetrics.MALFORMED, typed("io.sluice.request.v1"));
    }
    for (int i = 0; i < 3; i++) {
      add(JobMetrics.UNKNOWN, typed("something.else"));
    }
    for (int i = 0; i < 53; i++) {
      RequestEvent event = event("r" + i, 1_420_000_000_000L - i * 3_000L);
      replay.add(event);
      add(JobMetrics.REPLAYED, Events.replayed("file:1", "a1", event));
    }
    add(JobMetrics.REPLAY_ENDS, Events.replayEnd("file:1", "a1", 53));
    count(JobMetrics.REPLAYS_COMPLETED, 1);
    topics.send(records);
  }

  private void sendLate(Topics topics, long now) throws Exception {
    records = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      add(JobMetrics.LATE, Events.live(null, event("late" + i, now - 120_000)));
    }
    for (int i = 0; i < 2; i++) {
      add(JobMetrics.FUTURE, Events.live(null, event("future" + i, now + 3_600_000)));
      count(JobMetrics.CLAMPED, 1);
    }
    topics.send(records);
  }

  private void heartbeats(Topics topics, long now) throws Exception {
    topics.heartbeats("s1", now);
    count(JobMetrics.HEARTBEATS, PARTITIONS);
    count(JobMetrics.CONSUMED, PARTITIONS);
  }

  private void add(JobMetrics exit, ProducerRecord<byte[], byte[]> record) {
    records.add(record);
    count(JobMetrics.CONSUMED, 1);
    count(exit, 1);
  }

  private void count(JobMetrics metric, long number) {
    expected.merge(metric, number, Long::sum);
  }

  /** Summed over operators and subtasks; the cluster has no other job. */
  private static Map<JobMetrics, Long> counters() {
    Map<JobMetrics, Long> sums = new EnumMap<>(JobMetrics.class);
    REPORTER
        .getMetricsByGroup()
        .forEach((group, metrics) -> {
          String[] scope = group.getScopeComponents();
          if (!scope[scope.length - 1].equals("sluice")) {
            return;
          }
          for (JobMetrics metric : JobMetrics.values()) {
            if (metrics.get(metric.id()) instanceof Counter counter) {
              sums.merge(metric, counter.getCount(), Long::sum);
            }
          }
        });
    return sums;
  }

  private static ProducerRecord<byte[], byte[]> typed(String type) {
    return Events.typed(new ProducerRecord<>(Events.TOPIC, null, null, new byte[] {1, 2, 3}), type);
  }

  private static RequestEvent event(String id, long timeMs) {
    int number = id.hashCode() & 0xff;
    return Events.event(
        id, timeMs, "h" + number % 5 + ".example", "/" + number % 7, "10.0.0." + number % 9, 200);
  }

  private JobClient start(LocalBroker broker, LocalStore store) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("kafka.bootstrap", broker.bootstrap());
    properties.setProperty("store.url", store.url());
    properties.setProperty("store.user", "postgres");
    properties.setProperty("store.password", "postgres");
    properties.setProperty("window.lateness.seconds", "40");
    properties.setProperty("checkpoint.interval.ms", "500");
    JobOptions options = new JobOptions(properties);
    Configuration flink = new Configuration();
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.setParallelism(2);
    Jobs.build(env, options, new KafkaSources(options), new KafkaSinks(options));
    return env.executeAsync("metrics");
  }
}
