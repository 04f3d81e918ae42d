package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.command.SluiceCommand;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.CaptureBytes;
import io.sluice.collector.testing.Talk;
import io.sluice.schemas.ReplayEnd;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Delivery to a real broker in its own process. */
class KafkaSinkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path folder;

  @Test
  void nothingIsLostWhenTheBrokerIsKilledAndStartedAgain() throws Exception {
    DeliveryLedger ledger = new DeliveryLedger();
    try (BrokerProcess broker = new BrokerProcess(folder)) {
      KafkaSettings settings =
          new KafkaSettings(broker.bootstrap(), BrokerProcess.TOPIC, 1 << 16, Map.of(), null);
      KafkaSink sink = KafkaSink.open(settings, "here", null, ledger);
      KafkaPublisher publisher = KafkaPublisher.start(sink);
      int emitted = 0;
      for (int phase = 0; phase < 3; phase++) {
        for (int i = 0; i < 2_000; i++) {
          sink.onEvent(Events.numbered(emitted++));
        }
        sink.heartbeat((phase + 1) * 1_000_000_000L);
        if (phase == 0) {
          broker.kill();
        } else if (phase == 1) {
          broker.start();
        }
      }
      assertThat(publisher.stop(PATIENCE)).isTrue();
      assertThat(ledger.inFlight()).isZero();
      assertThat(ledger.failed()).isZero();
      assertThat(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(emitted);
      sink.close();

      Set<String> ids = new HashSet<>();
      Map<String, List<Integer>> byKey = new HashMap<>();
      Map<Integer, Integer> heartbeats = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : TopicReader.all(broker.bootstrap())) {
        assertThat(record.key()).isNotNull();
        if (TopicReader.header(record, "ce_type").equals("io.sluice.heartbeat.v1")) {
          heartbeats.merge(record.partition(), 1, Integer::sum);
          continue;
        }
        var event = io.sluice.schemas.RequestEvent.getDecoder().decode(record.value());
        ids.add(event.getId());
        byKey
            .computeIfAbsent(new String(record.key(), UTF_8), k -> new ArrayList<>())
            .add(event.getDepth());
      }
      assertThat(ids).hasSize(emitted);
      assertThat(byKey).hasSize(Events.FLOWS);
      byKey.values().forEach(depths -> assertThat(depths).isSorted());
      assertThat(heartbeats).hasSize(BrokerProcess.PARTITIONS);
    }
  }

  @Test
  void aReplayedFileEndsWithItsCount() throws Exception {
    Path pcap = Files.write(folder.resolve("talk.pcap"), pcap());
    try (BrokerProcess broker = new BrokerProcess(folder)) {
      List<JsonNode> attempts = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        attempts.add(collect(broker, pcap));
      }
      assertThat(attempts.get(0).path("run")).isEqualTo(attempts.get(1).path("run"));
      assertThat(attempts.get(0).path("attempt")).isNotEqualTo(attempts.get(1).path("attempt"));
      List<ReplayEnd> ends = new ArrayList<>();
      Map<String, Integer> events = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : TopicReader.all(broker.bootstrap())) {
        if (TopicReader.header(record, "ce_type").equals("io.sluice.replay-end.v1")) {
          ends.add(ReplayEnd.getDecoder().decode(record.value()));
        } else {
          events.merge(TopicReader.header(record, "sluice-attempt"), 1, Integer::sum);
        }
      }
      assertThat(ends).hasSize(2);
      for (int i = 0; i < 2; i++) {
        String attempt = attempts.get(i).path("attempt").asString();
        assertThat(events).containsEntry(attempt, 3);
        assertThat(attempts.get(i).path("events").asInt()).isEqualTo(3);
        assertThat(ends).anyMatch(end -> end.getAttempt().equals(attempt) && end.getEvents() == 3);
      }
    }
  }

  /** The whole way of the command: options, packets, broker. */
  @Test
  void eventsAsTextGoToTheirOwnTopicAndNothingElseDoes() throws Exception {
    String topic = "web.ecs.v1";
    Path pcap = Files.write(folder.resolve("talk.pcap"), pcap());
    try (BrokerProcess broker = new BrokerProcess(folder)) {
      try (Admin admin = broker.admin()) {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      }
      JsonNode attempt = collect(broker, pcap, "--topic", topic, "--topic-format", "ecs");
      assertThat(attempt.path("events").asInt()).isEqualTo(3);
      List<ConsumerRecord<byte[], byte[]>> records = TopicReader.all(broker.bootstrap(), topic, 1);
      assertThat(records).hasSize(3);
      for (int i = 0; i < 3; i++) {
        ConsumerRecord<byte[], byte[]> record = records.get(i);
        JsonNode event = JsonMapper.shared().readTree(record.value());
        assertThat(event.at("/url/path").asString()).isEqualTo("/" + i);
        assertThat(event.at("/event/id").asString()).isEqualTo(TopicReader.header(record, "ce_id"));
        assertThat(event.at("/network/community_id").asString())
            .isEqualTo(new String(record.key(), UTF_8));
        assertThat(TopicReader.header(record, "content-type")).isEqualTo("application/json");
        assertThat(TopicReader.header(record, "sluice-format")).isEqualTo("ecs");
        assertThat(record.headers().lastHeader("sluice-schema")).isNull();
        assertThat(TopicReader.header(record, "sluice-attempt"))
            .isEqualTo(attempt.path("attempt").asString());
      }
      String ofRegistry = "web.v1";
      try (Admin admin = broker.admin()) {
        admin.createTopics(List.of(new NewTopic(ofRegistry, 1, (short) 1))).all().get();
      }
      collect(
          broker,
          pcap,
          "--topic",
          ofRegistry,
          "--topic-format",
          TopicFormat.AVRO_REGISTRY,
          "--topic-schema-id",
          "7");
      records = TopicReader.all(broker.bootstrap(), ofRegistry, 1);
      assertThat(records).hasSize(3);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        ByteBuffer value = ByteBuffer.wrap(record.value());
        assertThat(value.get()).isZero();
        assertThat(value.getInt()).isEqualTo(7);
        assertThat(TopicReader.header(record, "sluice-format")).isEqualTo("avro-registry");
        assertThat(TopicReader.header(record, "sluice-schema")).isNotEmpty();
      }
      assertThat(TopicReader.all(broker.bootstrap())).isEmpty();
    }
  }

  /** A consumer with nothing of ours: Avro, the record's header and the topic of schemas. */
  @Test
  void aConsumerWithoutOurCodeFindsTheSchemaByItsFingerprint() throws Exception {
    try (BrokerProcess broker = new BrokerProcess(folder)) {
      KafkaSettings settings =
          new KafkaSettings(broker.bootstrap(), BrokerProcess.TOPIC, 1 << 10, Map.of(), null);
      try (KafkaSink sink = KafkaSink.open(settings, "here", null, new DeliveryLedger())) {
        KafkaPublisher publisher = KafkaPublisher.start(sink);
        sink.onEvent(Events.numbered(3));
        sink.heartbeat(1_000_000_000L);
        assertThat(publisher.stop(PATIENCE)).isTrue();
      }
      Map<String, Schema> schemas = new HashMap<>();
      for (var record : TopicReader.all(broker.bootstrap(), "sluice.schemas.v1", 1)) {
        Schema schema = new Schema.Parser().parse(new String(record.value(), UTF_8));
        schemas.put(new String(record.key(), UTF_8), schema);
      }
      Set<String> read = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> record : TopicReader.all(broker.bootstrap())) {
        Schema schema = schemas.get(TopicReader.header(record, "sluice-schema"));
        // The same is in the value itself: two bytes of mark, then the fingerprint.
        long fingerprint =
            ByteBuffer.wrap(record.value()).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        assertThat(schemas.get(String.format("%016x", fingerprint))).isEqualTo(schema);
        GenericRecord value =
            new GenericDatumReader<GenericRecord>(schema)
                .read(
                    null,
                    DecoderFactory.get()
                        .binaryDecoder(record.value(), 10, record.value().length - 10, null));
        read.add(schema.getName());
        if (schema.getName().equals("RequestEvent")) {
          assertThat(value.get("depth")).isEqualTo(3);
          assertThat(TopicReader.header(record, "ce_id")).isEqualTo(value.get("id").toString());
        }
      }
      assertThat(read).containsExactlyInAnyOrder("RequestEvent", "Heartbeat");
    }
  }

  /** Refused by the broker, and by the client before it is sent: the flow goes on in order. */
  @Test
  void eventsThatAreTooLargeGoToTheDeadLettersAndHoldNoneUp() throws Exception {
    DeliveryLedger ledger = new DeliveryLedger();
    try (BrokerProcess broker =
        new BrokerProcess(folder, folder.resolve("log"), List.of("message.max.bytes=300000"))) {
      try (Admin admin = broker.admin()) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, BrokerProcess.TOPIC);
        AlterConfigOp smaller =
            new AlterConfigOp(
                new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "20000"),
                AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(smaller))).all().get();
      }
      Map<String, String> uncompressed =
          Map.of("compression.type", "none", "batch.size", "16384", "max.request.size", "200000");
      KafkaSettings settings =
          new KafkaSettings(broker.bootstrap(), BrokerProcess.TOPIC, 1 << 10, uncompressed, null);
      List<RequestEvent> events = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        events.add(Events.numbered(i));
      }
      RequestEvent refusedByBroker = large(events.get(10), 25_000);
      RequestEvent refusedByClient = large(events.get(20), 250_000);
      events.set(10, refusedByBroker);
      events.set(20, refusedByClient);
      KafkaSink sink = KafkaSink.open(settings, "here", null, ledger);
      KafkaPublisher publisher = KafkaPublisher.start(sink);
      events.forEach(sink::onEvent);
      assertThat(publisher.stop(PATIENCE)).isTrue();
      sink.close();

      assertThat(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(28);
      assertThat(ledger.get(SinkCounter.EVENTS_FAILED_TOO_LARGE)).isEqualTo(2);
      assertThat(ledger.get(SinkCounter.DEAD_LETTERS_ACKNOWLEDGED)).isEqualTo(2);
      assertThat(ledger.inFlight()).isZero();
      Map<String, List<Integer>> first = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : TopicReader.all(broker.bootstrap())) {
        var event = io.sluice.schemas.RequestEvent.getDecoder().decode(record.value());
        List<Integer> depths =
            first.computeIfAbsent(new String(record.key(), UTF_8), k -> new ArrayList<>());
        if (!depths.contains(event.getDepth())) {
          depths.add(event.getDepth());
        }
      }
      assertThat(first.values().stream().mapToInt(List::size).sum()).isEqualTo(28);
      first.values().forEach(depths -> assertThat(depths).isSorted());

      Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
      for (var letter : TopicReader.all(broker.bootstrap(), BrokerProcess.TOPIC + ".dlq", 1)) {
        letters.put(TopicReader.header(letter, "ce_id"), letter);
        assertThat(TopicReader.header(letter, "sluice-origin-topic"))
            .isEqualTo(BrokerProcess.TOPIC);
        assertThat(TopicReader.header(letter, "sluice-stage")).isEqualTo("publish");
        assertThat(TopicReader.header(letter, "sluice-reason"))
            .isEqualTo(SinkCounter.EVENTS_FAILED_TOO_LARGE.name());
        assertThat(TopicReader.header(letter, "sluice-message")).contains("RecordTooLarge");
      }
      assertThat(letters.keySet())
          .containsExactlyInAnyOrder(refusedByBroker.id(), refusedByClient.id());
      // Whole where it fits, so that it can be put back; cut where it does not, and that is said.
      var whole = letters.get(refusedByBroker.id());
      assertThat(
              io.sluice.schemas.RequestEvent.getDecoder()
                  .decode(whole.value())
                  .getRequest()
                  .getTarget())
          .isEqualTo(refusedByBroker.request().target());
      var cut = letters.get(refusedByClient.id());
      assertThat(cut.value()).hasSize(1 << 16);
      assertThat(Integer.parseInt(TopicReader.header(cut, "sluice-value-bytes")))
          .isGreaterThan(250_000);
    }
  }

  private static RequestEvent large(RequestEvent event, int bytes) {
    RequestEvent.Request request = Events.withTarget("/" + "x".repeat(bytes)).request();
    return new RequestEvent(
        event.id(),
        event.timestampNs(),
        event.flow(),
        request,
        event.response(),
        event.depth(),
        event.flags());
  }

  private static JsonNode collect(BrokerProcess broker, Path pcap, String... more) {
    List<String> arguments = new ArrayList<>(List.of("collect", "--pcap", pcap.toString()));
    arguments.addAll(List.of("--kafka", broker.bootstrap()));
    arguments.addAll(List.of(more));
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      int exit = SluiceCommand.run(arguments.toArray(String[]::new));
      assertThat(exit).isZero();
    } finally {
      System.setOut(before);
    }
    return JsonMapper.shared().readTree(out.toString(UTF_8));
  }

  /** Three requests on one connection. */
  private static byte[] pcap() {
    Talk talk = Talk.open();
    for (int i = 0; i < 3; i++) {
      talk.client("GET /" + i + " HTTP/1.1\r\nHost: a.example\r\n\r\n")
          .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
    return CaptureBytes.pcap(talk.packets());
  }
}
