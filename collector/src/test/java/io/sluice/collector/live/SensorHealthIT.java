package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.control.ControlClient;
import io.sluice.collector.sink.BrokerProcess;
import io.sluice.collector.sink.HealthPublisher;
import io.sluice.collector.sink.TopicReader;
import io.sluice.schemas.LedgerLine;
import io.sluice.schemas.SchemaHistory;
import io.sluice.schemas.SensorHealth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an auditor reads on the topic is what the sensor has counted. */
class SensorHealthIT {
  private static final int EXCHANGES = 23;

  @TempDir Path folder;

  @Test
  void theSumsOnTheTopicAreTheLedgerOfTheRun() throws Exception {
    Path socket = folder.resolve("control");
    try (BrokerProcess broker = new BrokerProcess(Files.createDirectory(folder.resolve("broker")));
        CollectorProcess collector =
            CollectorProcess.start(
                folder,
                Map.of(),
                "collect",
                "--sensor",
                "auditable",
                "--kafka",
                broker.bootstrap(),
                "--control-socket",
                socket.toString())) {
      for (int i = 0; i < EXCHANGES; i++) {
        collector.exchange(40_000 + i, "GET /" + i + " HTTP/1.1\r\nHost: a.example\r\n\r\n");
      }
      collector.await("the first interval", () -> !health(broker.bootstrap()).isEmpty());
      collector.exchange(41_000, "GET /late HTTP/1.1\r\nHost: a.example\r\n\r\n");
      collector.await("all events", () -> acknowledged(socket) == EXCHANGES + 1);
      JsonNode status = ControlClient.status(socket);
      collector.stop();

      List<SensorHealth> records = health(broker.bootstrap());
      assertThat(records).hasSizeGreaterThanOrEqualTo(2);
      Map<String, Long> sums = new HashMap<>();
      for (int i = 0; i < records.size(); i++) {
        SensorHealth record = records.get(i);
        assertThat(record.getSensor()).isEqualTo("auditable");
        assertThat(record.getSequence()).isEqualTo(i);
        assertThat(record.getLast()).isEqualTo(i == records.size() - 1);
        for (LedgerLine line : record.getLedger()) {
          sums.merge(line.getStage(), line.getCameIn(), Long::sum);
          line.getWentOut()
              .forEach((way, count) -> sums.merge(line.getStage() + "." + way, count, Long::sum));
          if (record.getLast()) {
            assertThat(line.getPending()).as(line.getStage()).isZero();
          }
        }
      }
      // Nothing was sent between the answer and the end.
      for (String way : List.of("kept", "filtered_no_payload", "filtered_not_tcp")) {
        assertThat(sums.getOrDefault("kernel." + way, 0L))
            .as(way)
            .isEqualTo(status.path("ledger").path("kernel").path(way).asLong(-1));
      }
      assertThat(sums.get("kernel")).isGreaterThan(EXCHANGES);
      assertThat(sums.get("events")).isEqualTo(EXCHANGES + 1);
      assertThat(sums.get("events.acknowledged")).isEqualTo(EXCHANGES + 1);
    }
  }

  private static long acknowledged(Path socket) throws Exception {
    return ControlClient.status(socket).path("ledger").path("events").path("acknowledged").asLong();
  }

  private static List<SensorHealth> health(String bootstrap) throws Exception {
    List<SensorHealth> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicReader.all(bootstrap, HealthPublisher.TOPIC, 1)) {
      records.add(SensorHealth.createDecoder(SchemaHistory.INSTANCE).decode(record.value()));
    }
    return records;
  }
}
