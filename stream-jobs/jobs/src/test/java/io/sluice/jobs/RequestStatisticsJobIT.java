package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import io.sluice.jobs.records.HealthRecord;
import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.support.Await;
import io.sluice.jobs.support.Events;
import io.sluice.jobs.support.FailAt;
import io.sluice.jobs.support.LocalBroker;
import io.sluice.jobs.support.LocalStore;
import io.sluice.jobs.support.Model;
import io.sluice.jobs.support.Seed;
import io.sluice.jobs.support.Topics;
import io.sluice.schemas.GroupStatistics;
import io.sluice.schemas.HostStatistics;
import io.sluice.schemas.RequestEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job with a real broker and a real store, in one JVM, with failures on the way. */
class RequestStatisticsJobIT {

  private static final int FAILURES = 5;
  private static final int TASK_MANAGERS = 2;
  private static final int KILLS = 3;
  private static final int LONGEST_LIFE_MS = 4_000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(TASK_MANAGERS)
              .setNumberSlotsPerTaskManager(1)
              .build());

  @TempDir Path checkpoints;

  /** Functions throw at records, and TaskManagers end at moments, that chance gives. */
  @Test
  void agreesWithTheModelWhateverFails(@InjectMiniCluster MiniCluster cluster) throws Exception {
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap())) {
      // Of all that is sent before the first answer is awaited.
      long[] failures =
          Seed.of("failures of the job").longs(1, 3_000).distinct().limit(FAILURES).toArray();
      JobClient job = start(broker, store, 40, 2, null, failures);
      Random random = Seed.of("kills of TaskManagers");
      CompletableFuture<Void> kills = CompletableFuture.runAsync(() -> kill(cluster, random));
      try {
        run(store, topics, kills);
      } finally {
        kills.join();
        job.cancel().get();
      }
    }
  }

  @Test
  void goesOnFromASavepointWithAnotherParallelism() throws Exception {
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap())) {
      store.migrate();
      Random random = new Random(5);
      Model live = new Model();
      Model replay = new Model();
      long base = System.currentTimeMillis() - 60_000;
      String savepoint = null;
      int[] parallelisms = {2, 1, 2};
      for (int round = 0; round < 3; round++) {
        JobClient job = start(broker, store, 300, parallelisms[round], savepoint);
        boolean stopped = false;
        try {
          // The same windows in every round: their state must have come along, and the ids seen.
          List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
          for (int i = 0; i < 300; i++) {
            RequestEvent event = event(random, round + "-" + i, base + i * 50L);
            live.add(event);
            records.add(Events.live(null, event));
            records.add(Events.live(null, Events.event("dup", base, "d.example", "/", "c", 200)));
          }
          if (round == 0) {
            live.add(Events.event("dup", base, "d.example", "/", "c", 200));
          }
          for (int i = 0; i < 100; i++) {
            RequestEvent event = event(random, "r" + round + "-" + i, 1_420_000_000_000L);
            replay.add(event);
            records.add(Events.replayed("file:1", "a1", event));
          }
          if (round == 2) {
            records.add(Events.replayEnd("file:1", "a1", 300));
          }
          topics.send(records);
          topics.heartbeats("s1", System.currentTimeMillis());
          assertThat(Await.until(live.rows(10), () -> Model.stored(store, "live", "", 10)))
              .isEqualTo(live.rows(10));
          if (round == 2) {
            assertThat(Await.until(replay.rows(), () -> Model.stored(store, "file:1", "a1")))
                .isEqualTo(replay.rows());
          } else {
            savepoint =
                job.stopWithSavepoint(
                        false,
                        checkpoints.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                    .get();
            stopped = true;
          }
        } finally {
          if (!stopped) {
            job.cancel().get();
          }
        }
      }
    }
  }

  /** One after the other; each is followed by a new one. */
  private static void kill(MiniCluster cluster, Random random) {
    // A new one has the next index; those that ended keep theirs.
    List<Integer> living = new ArrayList<>();
    for (int i = 0; i < TASK_MANAGERS; i++) {
      living.add(i);
    }
    try {
      for (int i = 0; i < KILLS; i++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MS));
        cluster.terminateTaskManager(living.remove(random.nextInt(living.size()))).get();
        cluster.startTaskManager();
        living.add(TASK_MANAGERS + i);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(LocalStore store, Topics topics, CompletableFuture<Void> kills)
      throws Exception {
    Random random = new Random(23);
    long now = System.currentTimeMillis();
    long base = now - 120_000;
    Model live = new Model();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      // Slowly forward, out of order by up to two seconds.
      RequestEvent event = event(random, "l" + i, base + i * 50L + random.nextInt(2000));
      live.add(event);
      records.add(Events.live(null, event));
      if (i % 20 == 0) {
        records.add(Events.live(null, event));
      }
    }
    for (int i = 0; i < 7; i++) {
      records.add(
          Events.typed(
              new ProducerRecord<>(Events.TOPIC, null, null, new byte[] {1, 2, 3}),
              "io.sluice.request.v1"));
    }
    for (int i = 0; i < 3; i++) {
      records.add(
          Events.typed(
              new ProducerRecord<>(Events.TOPIC, null, null, new byte[] {1}), "something.else"));
    }
    Model replay = new Model();
    List<RequestEvent> file = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      // Any date, newest first.
      RequestEvent event = event(random, "r" + i, 1_420_000_000_000L - i * 3_000L);
      replay.add(event);
      file.add(event);
    }
    replayed(records, file, "a1", 300);
    replayed(records, file, "broken", 301);
    topics.send(records);
    // The tables come late: the job must wait for them.
    store.migrate();
    replayed(records = new ArrayList<>(), file, "a2", 300);
    topics.send(records);

    assertThat(Await.until(replay.rows(), () -> Model.stored(store, "file:1", "a1")))
        .isEqualTo(replay.rows());
    assertThat(Await.until(replay.rows(), () -> Model.stored(store, "file:1", "a2")))
        .isEqualTo(replay.rows());

    kills.join();
    // Everything so far is read; now time moves past all windows, then past the lateness.
    topics.heartbeats("s1", now);
    assertThat(Await.until(live.rows(10), () -> Model.stored(store, "live", "", 10)))
        .isEqualTo(live.rows(10));

    records = new ArrayList<>();
    RequestEvent correction = event(random, "c1", now - 25_000);
    live.add(correction);
    records.add(Events.live(null, correction));
    for (int i = 0; i < 5; i++) {
      records.add(Events.live(null, event(random, "late" + i, base)));
    }
    for (int i = 0; i < 2; i++) {
      records.add(Events.live(null, event(random, "future" + i, now + 3_600_000)));
    }
    topics.send(records);
    topics.heartbeats("s1", System.currentTimeMillis());
    assertThat(Await.until(live.rows(10), () -> Model.stored(store, "live", "", 10)))
        .isEqualTo(live.rows(10));

    assertThat(Await.until(7, () -> topics.committed("http.late.v1").size())).isEqualTo(7);
    assertThat(topics.committed("http.late.v1"))
        .extracting(record -> Topics.header(record, "sluice-reason"))
        .containsExactlyInAnyOrder("late", "late", "late", "late", "late", "future", "future");
    assertThat(Await.until(7, () -> topics.committed("http.requests.v1.dlq").size())).isEqualTo(7);
    for (ConsumerRecord<byte[], byte[]> record : topics.committed("http.requests.v1.dlq")) {
      assertThat(record.key()).isNotNull();
      assertThat(record.value()).containsExactly(1, 2, 3);
      assertThat(Topics.header(record, "sluice-origin-topic")).isEqualTo(Events.TOPIC);
      assertThat(Topics.header(record, "sluice-origin-partition")).isNotNull();
      assertThat(Topics.header(record, "sluice-origin-offset")).isNotNull();
      assertThat(Topics.header(record, "sluice-reason")).contains("Exception");
    }
    assertThat(store.query("SELECT run, attempt, file, events FROM replay_runs ORDER BY attempt"))
        .containsExactly("file:1 a1 file.pcap 300", "file:1 a2 file.pcap 300");
    assertThat(Model.stored(store, "file:1", "broken")).isEmpty();
    // In the rows of sums, of hosts, and of all hosts.
    Map<String, Long> expected =
        Map.of("live", 3L * 2001, "file:1/a1", 3L * 300, "file:1/a2", 3L * 300);
    assertThat(Await.until(expected, () -> newestRows(topics))).isEqualTo(expected);
    assertThat(FailAt.failures()).isEqualTo(FAILURES);

    // Every minute that has closed adds up to the same.
    List<String> minutes = live.rows(60);
    assertThat(Model.stored(store, "live", "", 60)).isNotEmpty().allMatch(minutes::contains);
    assertThat(store.query("SELECT count(*), count(DISTINCT id) FROM requests"))
        .containsExactly("2008 2008");
    expectLedger(store);
  }

  /** What was consumed has left by one of the exits, in every row, and in the last by which. */
  private static void expectLedger(LocalStore store) throws Exception {
    String exits =
        "heartbeats + replay_ends + replayed + unknown + malformed + future + duplicate + late"
            + " + aggregated";
    assertThat(store.query("SELECT count(*) FROM stream_ledger WHERE consumed <> " + exits))
        .containsExactly("0");
    String last =
        "SELECT replay_ends, replayed, unknown, malformed, future, duplicate, late, aggregated"
            + " FROM stream_ledger ORDER BY minute DESC LIMIT 1";
    List<String> expected = List.of("3 900 3 7 2 100 5 2001");
    assertThat(Await.until(expected, () -> store.query(last))).isEqualTo(expected);
    assertThat(
            store.query(
                "SELECT sum(requests) FROM total_stats WHERE run = 'live' AND window_seconds = 10"))
        .containsExactly("2001");
  }

  /** Requests of the newest row of each key, by run: a later row replaces an earlier one. */
  private static Map<String, Long> newestRows(Topics topics) throws Exception {
    Map<String, GroupStatistics> groups = new HashMap<>();
    Map<String, HostStatistics> hosts = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.committed("http.stats.v2")) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (Topics.header(record, "ce_type").equals("io.sluice.host-statistics.v1")) {
        hosts.put(key, HostStatistics.getDecoder().decode(record.value(), null));
      } else {
        groups.put(key, GroupStatistics.getDecoder().decode(record.value(), null));
      }
    }
    Map<String, Long> sums = new TreeMap<>();
    groups.values().forEach(r -> add(sums, r.getRun(), r.getAttempt(), r.getRequests()));
    hosts.values().forEach(r -> add(sums, r.getRun(), r.getAttempt(), r.getRequests()));
    return sums;
  }

  private static void add(Map<String, Long> sums, String run, String attempt, long requests) {
    sums.merge(attempt.isEmpty() ? run : run + "/" + attempt, requests, Long::sum);
  }

  private static void replayed(
      List<ProducerRecord<byte[], byte[]>> records,
      List<RequestEvent> file,
      String attempt,
      long announced) {
    file.forEach(event -> records.add(Events.replayed("file:1", attempt, event)));
    records.add(Events.replayEnd("file:1", attempt, announced));
  }

  private static RequestEvent event(Random random, String id, long timeMs) {
    int[] statuses = {200, 200, 200, 301, 404, 500, 0};
    return Events.event(
        id,
        timeMs,
        "h" + random.nextInt(5) + ".example",
        "/item" + random.nextInt(3) + "/" + random.nextInt(20),
        "10.0.0." + random.nextInt(9),
        statuses[random.nextInt(statuses.length)]);
  }

  private JobClient start(
      LocalBroker broker,
      LocalStore store,
      long latenessSeconds,
      int parallelism,
      String savepoint,
      long... failures)
      throws Exception {
    Properties properties = new Properties();
    properties.setProperty("kafka.bootstrap", broker.bootstrap());
    properties.setProperty("store.url", store.url());
    properties.setProperty("store.user", "postgres");
    properties.setProperty("store.password", "postgres");
    properties.setProperty("store.retry.ms", "1000");
    properties.setProperty("window.lateness.seconds", Long.toString(latenessSeconds));
    properties.setProperty("checkpoint.interval.ms", "500");
    JobOptions options = new JobOptions(properties);
    Configuration flink = new Configuration();
    flink.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    if (savepoint != null) {
      flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.setParallelism(parallelism);
    KafkaSources kafka = new KafkaSources(options);
    DataStream<Incoming> requests =
        kafka.requests(env).map(new FailAt(failures)).returns(Incoming.class).uid("fail-at");
    Sources sources =
        new Sources() {
          @Override
          public DataStream<Incoming> requests(StreamExecutionEnvironment environment) {
            return requests;
          }

          @Override
          public DataStream<HealthRecord> health(StreamExecutionEnvironment environment) {
            return kafka.health(environment);
          }
        };
    Jobs.build(env, options, sources, new KafkaSinks(options));
    return env.executeAsync("request-statistics");
  }
}
