package io.sluice.jobs.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.RequestEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The job jar in real processes, which are killed under load at moments that chance gives. */
public final class KillScenario {
  private static final int KILLS = System.getProperty("long") == null ? 3 : 10;

  /** So that a process may die while it starts, while it recovers, and while it works. */
  private static final int LONGEST_LIFE_MS = 8_000;

  private final Random random;
  private final Topics topics;
  private final LocalStore store;
  private final LocalCluster cluster;
  private final Model model = new Model();
  private int sent;

  private KillScenario(Random random, Topics topics, LocalStore store, LocalCluster cluster) {
    this.random = random;
    this.topics = topics;
    this.store = store;
    this.cluster = cluster;
  }

  /**
   * Totals are exact although processes of both kinds die, several times, and are started again.
   */
  public static void survive(Path directory, Path java) throws Exception {
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.bootstrap());
        LocalCluster cluster =
            new LocalCluster(
                directory,
                java,
                Map.of(
                    "kafka.bootstrap",
                    broker.bootstrap(),
                    "store.url",
                    store.url(),
                    "store.user",
                    "postgres",
                    "store.password",
                    "postgres",
                    "checkpoint.interval.ms",
                    "500"))) {
      store.migrate();
      new KillScenario(Seed.of("kills of processes"), topics, store, cluster).run();
    }
  }

  private void run() throws Exception {
    Process jobManager = cluster.startJobManager();
    Process taskManager = cluster.startTaskManager();
    load();
    expect();
    boolean[] ofTaskManager = new boolean[KILLS];
    for (int i = 0; i < KILLS; i++) {
      ofTaskManager[i] = random.nextBoolean();
    }
    // Each kind dies at least once.
    ofTaskManager[1] = !ofTaskManager[0];
    for (boolean isTaskManager : ofTaskManager) {
      load();
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MS));
      (isTaskManager ? taskManager : jobManager).destroyForcibly().waitFor();
      load();
      if (isTaskManager) {
        taskManager = cluster.startTaskManager();
      } else {
        assertThat(cluster.newestCheckpoint()).isPresent();
        jobManager = cluster.startJobManager();
      }
      load();
      if (random.nextBoolean()) {
        expect();
      }
    }
    load();
    expect();
  }

  /** Some hundred requests of up to a minute ago, in no order. */
  private void load() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = random.nextInt(100, 500); i > 0; i--) {
      RequestEvent event =
          Events.event(
              "e" + sent++,
              System.currentTimeMillis() - random.nextInt(30_000, 60_000),
              "h" + random.nextInt(7) + ".example",
              "/" + random.nextInt(11),
              "10.0.0." + random.nextInt(5),
              random.nextInt(13) == 0 ? 500 : 200);
      model.add(event);
      records.add(Events.live(null, event));
    }
    topics.send(records);
    heartbeats();
  }

  /** As a sensor does: the time now, so that windows close. */
  private void heartbeats() throws Exception {
    topics.heartbeats("s1", System.currentTimeMillis());
  }

  private void expect() throws Exception {
    List<String> expected = model.rows(10);
    List<String> stored =
        Await.until(
            expected,
            () -> {
              heartbeats();
              return Model.stored(store, "live", "", 10);
            });
    assertThat(stored).as(cluster::logs).isEqualTo(expected);
  }
}
