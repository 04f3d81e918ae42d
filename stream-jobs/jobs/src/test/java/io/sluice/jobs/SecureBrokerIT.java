package io.sluice.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.support.Await;
import io.sluice.jobs.support.Events;
import io.sluice.jobs.support.Jdks;
import io.sluice.jobs.support.LocalCluster;
import io.sluice.jobs.support.LocalStore;
import io.sluice.jobs.support.Model;
import io.sluice.jobs.support.SecureBroker;
import io.sluice.jobs.support.Topics;
import io.sluice.schemas.RequestEvent;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar in real processes, and a broker that asks for TLS and a password. */
class SecureBrokerIT {

  @TempDir Path directory;

  @Test
  void readsAndWritesThroughItAndSaysWhatIsMissing() throws Exception {
    Path file = directory.resolve("instance.properties");
    try (SecureBroker broker = new SecureBroker(directory.resolve("broker"));
        LocalStore store = new LocalStore();
        Topics topics = new Topics(broker.client());
        LocalCluster flink =
            new LocalCluster(
                directory.resolve("flink"), Jdks.current(), Map.of("config", file.toString()))) {
      store.migrate();
      flink.logClients();
      String refused = "cannot reach Kafka at " + broker.bootstrap() + ": ";
      write(file, broker, store, Map.of());
      assertThat(failure(flink))
          .contains(refused + "it takes connections and gives no answer; ")
          .contains("kafka.client.security.protocol");
      write(file, broker, store, broker.client("x"));
      assertThat(failure(flink)).contains(refused + "Authentication failed");

      write(file, broker, store, broker.client());
      flink.startJobManager();
      flink.startTaskManager();
      Model model = new Model();
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      long now = System.currentTimeMillis();
      for (int i = 0; i < 23; i++) {
        RequestEvent event = Events.event("e" + i, now - 30_000 + i, "a.example", "/", "c", 200);
        model.add(event);
        records.add(Events.live(null, event));
      }
      records.add(
          Events.typed(
              new ProducerRecord<>(Events.TOPIC, null, null, "no event".getBytes(UTF_8)),
              "io.sluice.request.v1"));
      topics.send(records);
      topics.heartbeats("s1", now);
      assertThat(Await.until(model.rows(10), () -> Model.stored(store, "live", "", 10)))
          .as(flink::logs)
          .isEqualTo(model.rows(10));
      assertThat(Await.until(1, () -> topics.committed("http.requests.v1.dlq").size()))
          .isEqualTo(1);
      assertThat(topics.committed("http.stats.v2")).isNotEmpty();

      // Of a consumer, a producer and an admin, on both sides.
      assertThat(flink.log("jobmanager")).contains("sasl.jaas.config = [hidden]");
      assertThat(flink.log("taskmanager")).contains("sasl.jaas.config = [hidden]");
      assertThat(flink.log("jobmanager") + flink.log("taskmanager"))
          .doesNotContain(SecureBroker.PASSWORD);
    }
  }

  /** What the log of a JobManager says that ends by itself. */
  private static String failure(LocalCluster flink) throws Exception {
    Process jobManager = flink.startJobManager();
    assertThat(jobManager.waitFor(2, TimeUnit.MINUTES)).as(flink.log("jobmanager")).isTrue();
    assertThat(jobManager.exitValue()).isNotZero();
    return flink.log("jobmanager");
  }

  private static void write(
      Path file, SecureBroker broker, LocalStore store, Map<String, String> client)
      throws IOException {
    Properties properties = new Properties();
    client.forEach((key, value) -> properties.setProperty("kafka.client." + key, value));
    properties.remove("kafka.client.bootstrap.servers");
    properties.setProperty("kafka.bootstrap", broker.bootstrap());
    properties.setProperty("store.url", store.url());
    properties.setProperty("store.user", "postgres");
    properties.setProperty("store.password", "postgres");
    properties.setProperty("checkpoint.interval.ms", "500");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }
}
