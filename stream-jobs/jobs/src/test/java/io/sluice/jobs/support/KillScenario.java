package io.sluice.jobs.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.RequestEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The job jar in real processes, which are killed under load. */
public final class KillScenario {
  private KillScenario() {}

  /** Totals are exact although each process dies once and is started again. */
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
      Process jobManager = cluster.startJobManager();
      Process taskManager = cluster.startTaskManager();
      Model model = new Model();
      long base = System.currentTimeMillis() - 60_000;

      load(topics, model, 0, base);
      expect(model, store, cluster);

      load(topics, model, 1, base + 2000);
      taskManager.destroyForcibly().waitFor();
      load(topics, model, 2, base + 4000);
      cluster.startTaskManager();
      load(topics, model, 3, base + 6000);
      expect(model, store, cluster);

      jobManager.destroyForcibly().waitFor();
      load(topics, model, 4, base + 8000);
      assertThat(cluster.newestCheckpoint()).isPresent();
      cluster.startJobManager();
      load(topics, model, 5, base + 10_000);
      expect(model, store, cluster);
    }
  }

  /** 500 requests within 20 s of event time, and the time now, so that their windows close. */
  private static void load(Topics topics, Model model, int round, long base) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      RequestEvent event =
          Events.event(
              "e" + round + "-" + i,
              base + i * 40L,
              "h" + i % 7 + ".example",
              "/" + i % 11,
              "10.0.0." + i % 5,
              i % 13 == 0 ? 500 : 200);
      model.add(event);
      records.add(Events.live(null, event));
    }
    topics.send(records);
    topics.heartbeats("s1", System.currentTimeMillis());
  }

  private static void expect(Model model, LocalStore store, LocalCluster cluster) throws Exception {
    List<String> stored = Await.until(model.rows(10), () -> Model.stored(store, "live", "", 10));
    assertThat(stored).as(cluster::logs).isEqualTo(model.rows(10));
  }
}
