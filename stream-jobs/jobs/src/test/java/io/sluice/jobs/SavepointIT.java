package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import io.sluice.jobs.support.Await;
import io.sluice.jobs.support.Events;
import io.sluice.jobs.support.LocalBroker;
import io.sluice.jobs.support.LocalStore;
import io.sluice.jobs.support.Model;
import io.sluice.jobs.support.Topics;
import io.sluice.schemas.RequestEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A savepoint that an earlier version made, which is kept with the tests, is restored by this one:
 * open windows, known ids, a replay that was half there, the ledger. How to renew it: README.
 */
class SavepointIT {
  private static final Path KEPT = Path.of("src", "test", "resources", "savepoint");

  /** Start of a window, long ago on any machine that runs this. */
  private static final long BASE_MS = 1_764_000_000_000L;

  private static final int BEFORE = 200;
  private static final int AFTER = 100;
  private static final String RUN = "file:1";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path folder;

  private final Model live = new Model();
  private final Model replay = new Model();

  @Test
  void goesOnFromWhatAnEarlierVersionKept() throws Exception {
    Path savepoint;
    try (Stream<Path> kept = Files.list(KEPT)) {
      savepoint = kept.filter(Files::isDirectory).findFirst().orElseThrow();
    }
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap())) {
      store.migrate();
      topics.send(before());
      JobClient job = start(broker, store, 1, savepoint.toUri().toString());
      try {
        topics.send(after());
        topics.send(heartbeats());
        assertThat(Await.until(live.rows(10), () -> Model.stored(store, "live", "", 10)))
            .isEqualTo(live.rows(10));
        assertThat(Await.until(replay.rows(), () -> Model.stored(store, RUN, "a1")))
            .isEqualTo(replay.rows());
        String ledger = "SELECT max(aggregated), max(duplicate), max(late) FROM stream_ledger";
        List<String> expected = List.of(BEFORE + AFTER + " " + BEFORE + " 0");
        assertThat(Await.until(expected, () -> store.query(ledger))).isEqualTo(expected);
      } finally {
        job.cancel().get();
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "sluice.savepoint.renew", matches = "true")
  void renews() throws Exception {
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap())) {
      store.migrate();
      List<ProducerRecord<byte[], byte[]>> records = before();
      topics.send(records);
      JobClient job = start(broker, store, 2, null);
      List<String> expected = List.of(Integer.toString(records.size()));
      assertThat(
              Await.until(expected, () -> store.query("SELECT max(consumed) FROM stream_ledger")))
          .isEqualTo(expected);
      if (Files.exists(KEPT)) {
        LocalBroker.deleteTree(KEPT);
      }
      job.stopWithSavepoint(false, KEPT.toUri().toString(), SavepointFormatType.CANONICAL).get();
      // No window had closed: the savepoint holds no transaction of a broker that is gone.
      assertThat(store.query("SELECT count(*) FROM total_stats WHERE run = 'live'"))
          .containsExactly("0");
    }
  }

  /** What the earlier version had read: all in one window, so that nothing had closed yet. */
  private List<ProducerRecord<byte[], byte[]>> before() {
    Random random = new Random(1);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < BEFORE; i++) {
      RequestEvent event = event(random, "b" + i, BASE_MS + i * 40L);
      live.add(event);
      records.add(undated(Events.live(null, event)));
      RequestEvent replayed = event(random, "r" + i, BASE_MS - i * 3000L);
      replay.add(replayed);
      records.add(Events.replayed(RUN, "a1", replayed));
    }
    return records;
  }

  /** The same once more, and new ones. */
  private List<ProducerRecord<byte[], byte[]>> after() {
    Random random = new Random(1);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < BEFORE; i++) {
      records.add(undated(Events.live(null, event(random, "b" + i, BASE_MS + i * 40L))));
      event(random, "r" + i, BASE_MS);
    }
    for (int i = 0; i < AFTER; i++) {
      RequestEvent event = event(random, "a" + i, BASE_MS + 1000 + i * 130L);
      live.add(event);
      records.add(undated(Events.live(null, event)));
      RequestEvent replayed = event(random, "s" + i, BASE_MS - i * 5000L);
      replay.add(replayed);
      records.add(Events.replayed(RUN, "a1", replayed));
    }
    records.add(Events.replayEnd(RUN, "a1", BEFORE + AFTER));
    return records;
  }

  private static List<ProducerRecord<byte[], byte[]>> heartbeats() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      records.add(undated(Events.heartbeat(partition, "s1", BASE_MS + 60_000)));
    }
    return records;
  }

  /** Sent with the broker's time, or it would delete them for their age. */
  private static ProducerRecord<byte[], byte[]> undated(ProducerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        record.topic(), record.partition(), null, record.key(), record.value(), record.headers());
  }

  private static RequestEvent event(Random random, String id, long timeMs) {
    return Events.event(
        id,
        timeMs,
        "h" + random.nextInt(5) + ".example",
        "/item" + random.nextInt(3) + "/" + random.nextInt(20),
        "10.0.0." + random.nextInt(9),
        random.nextInt(4) == 0 ? 500 : 200);
  }

  private JobClient start(LocalBroker broker, LocalStore store, int parallelism, String savepoint)
      throws Exception {
    Properties properties = new Properties();
    properties.setProperty("kafka.bootstrap", broker.bootstrap());
    properties.setProperty("store.url", store.url());
    properties.setProperty("store.user", "postgres");
    properties.setProperty("store.password", "postgres");
    properties.setProperty("checkpoint.interval.ms", "500");
    // By the clock, and the savepoint may be years old.
    properties.setProperty("replay.abandon.hours", "1000000");
    JobOptions options = new JobOptions(properties);
    Configuration flink = new Configuration();
    flink.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.toUri().toString());
    if (savepoint != null) {
      flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    env.setParallelism(parallelism);
    Jobs.build(env, options, new KafkaSources(options), new KafkaSinks(options));
    return env.executeAsync("savepoint");
  }
}
