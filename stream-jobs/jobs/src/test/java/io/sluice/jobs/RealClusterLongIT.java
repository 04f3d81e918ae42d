package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.support.Await;
import io.sluice.jobs.support.BrokerCluster;
import io.sluice.jobs.support.Events;
import io.sluice.jobs.support.FlinkRest;
import io.sluice.jobs.support.Jdks;
import io.sluice.jobs.support.LocalCluster;
import io.sluice.jobs.support.LocalStore;
import io.sluice.jobs.support.Model;
import io.sluice.jobs.support.Topics;
import io.sluice.schemas.RequestEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, a JobManager and two TaskManagers as processes, the jar uploaded as a stock Flink
 * takes it. A TaskManager and a broker die under load, the job is stopped with a savepoint and goes
 * on from it with another parallelism: the totals are exact.
 */
class RealClusterLongIT {
  private static final long BEHIND_MS = 30_000;

  @TempDir Path directory;

  @Test
  void losesAndRepeatsNothing() throws Exception {
    try (BrokerCluster brokers = new BrokerCluster(directory.resolve("brokers"));
        LocalStore store = new LocalStore();
        Topics topics = new Topics(brokers.bootstrap());
        LocalCluster flink =
            new LocalCluster(directory.resolve("flink"), Jdks.current(), Map.of())) {
      store.migrate();
      flink.startSession();
      Process first = flink.startSessionTaskManager();
      flink.startSessionTaskManager();
      FlinkRest rest = new FlinkRest(flink.restUrl());
      rest.awaitTaskManagers(2);
      String jar = rest.upload(LocalCluster.jobJar());
      List<String> arguments =
          List.of(
              "--kafka.bootstrap",
              brokers.bootstrap(),
              "--store.url",
              store.url(),
              "--store.user",
              "postgres",
              "--store.password",
              "postgres",
              "--checkpoint.interval.ms",
              "1000");
      String job = rest.run(jar, arguments, 4, null);
      rest.awaitRunning(job);

      Model model = new Model();
      AtomicBoolean enough = new AtomicBoolean();
      ExecutorService executor = Executors.newSingleThreadExecutor();
      try {
        Future<Integer> load = executor.submit(load(topics, model, enough));
        TimeUnit.SECONDS.sleep(5);

        first.destroyForcibly().waitFor();
        TimeUnit.SECONDS.sleep(3);
        flink.startSessionTaskManager();
        rest.awaitTaskManagers(2);
        rest.awaitRunning(job);

        brokers.kill(1);
        TimeUnit.SECONDS.sleep(8);
        brokers.start(1);
        brokers.awaitNodes(3);
        rest.awaitRunning(job);

        String savepoint = rest.stop(job, flink.savepoints());
        TimeUnit.SECONDS.sleep(2);
        String again = rest.run(jar, arguments, 3, savepoint);
        rest.awaitRunning(again);
        TimeUnit.SECONDS.sleep(3);
        enough.set(true);
        int sent = load.get();

        // Until every window has closed.
        TimeUnit.MILLISECONDS.sleep(BEHIND_MS / 2);
        topics.heartbeats("s1", System.currentTimeMillis());
        assertThat(Await.until(model.rows(10), () -> Model.stored(store, "live", "", 10)))
            .as(flink::logs)
            .isEqualTo(model.rows(10));
        assertThat(sent).isGreaterThan(5000);
        List<String> expected = List.of(sent + " " + sent / 10 + " 0 0");
        assertThat(
                Await.until(
                    expected,
                    () ->
                        store.query(
                            "SELECT max(aggregated), max(duplicate), max(late), max(malformed)"
                                + " FROM stream_ledger")))
            .isEqualTo(expected);
        assertThat(store.query("SELECT count(*), count(DISTINCT id) FROM requests"))
            .containsExactly(sent + " " + sent);
      } finally {
        enough.set(true);
        executor.shutdown();
      }
    }
  }

  /** 200 requests, each tenth of them twice, and a heartbeat, four times a second. */
  private static Callable<Integer> load(Topics topics, Model model, AtomicBoolean enough) {
    return () -> {
      int sent = 0;
      while (!enough.get()) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        long now = System.currentTimeMillis();
        for (int i = 0; i < 200; i++) {
          RequestEvent event =
              Events.event(
                  "e" + sent,
                  now - BEHIND_MS + i,
                  "h" + i % 7 + ".example",
                  "/" + i % 11,
                  "10.0.0." + i % 5,
                  i % 13 == 0 ? 500 : 200);
          model.add(event);
          records.add(Events.live(null, event));
          if (sent++ % 10 == 0) {
            records.add(Events.live(null, event));
          }
        }
        topics.send(records);
        topics.heartbeats("s1", now - BEHIND_MS);
        TimeUnit.MILLISECONDS.sleep(250);
      }
      return sent;
    };
  }
}
