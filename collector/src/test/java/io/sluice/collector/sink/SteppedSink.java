package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.schemas.RequestEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A sink whose publisher and connector are stepped by hand, with a clock that stands still and
 * producers that answer when they are told: one thread plays all of them.
 */
final class SteppedSink implements AutoCloseable {
  static final String TOPIC = "http.requests.v1";

  private static final String SENSOR = "here";

  final DeliveryLedger ledger = new DeliveryLedger();
  final AtomicLong clockNs = new AtomicLong(1_000);

  /** All that were made, the present one last. */
  final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();

  private final Map<MockProducer<byte[], byte[]>, Integer> answered = new IdentityHashMap<>();
  final Connector connector;
  final Spool spool;
  final KafkaSink sink;
  private final boolean deadLetters;

  private SteppedSink(
      int capacity, Replay replay, SpoolOptions spool, boolean deadLetters, EventEncoding encoding)
      throws IOException {
    TopicFormat format = encoding == null ? TopicFormat.avro(SENSOR) : TopicFormat.text(encoding);
    this.deadLetters = deadLetters;
    this.spool = spool == null ? null : Spool.open(spool, TOPIC, format.name(), clockNs::get);
    connector = new Connector(newProducer(), this::newProducer, TOPIC, clockNs::get);
    sink =
        new KafkaSink(
            connector,
            new KafkaRecords(TOPIC, SENSOR, replay, format, Clock.systemUTC()),
            ledger,
            capacity,
            replay == null,
            this.spool,
            null,
            clockNs::get);
  }

  static SteppedSink live(int capacity) throws IOException {
    return live(capacity, null);
  }

  /**
   * @param encoding null for Avro
   */
  static SteppedSink live(int capacity, EventEncoding encoding) throws IOException {
    return new SteppedSink(capacity, null, null, true, encoding).connect();
  }

  static SteppedSink withoutDeadLetters() throws IOException {
    return new SteppedSink(64, null, null, false, null).connect();
  }

  static SteppedSink replaying(Replay replay) throws IOException {
    return replaying(replay, null);
  }

  static SteppedSink replaying(Replay replay, EventEncoding encoding) throws IOException {
    return new SteppedSink(64, replay, null, true, encoding).connect();
  }

  /** Not connected yet. */
  static SteppedSink spooling(Path folder) throws IOException {
    return spooling(folder, null);
  }

  static SteppedSink spooling(Path folder, EventEncoding encoding) throws IOException {
    return new SteppedSink(
        1 << 12,
        null,
        new SpoolOptions(
            folder,
            SpoolOptions.LEAST_BYTES,
            SpoolOptions.Fsync.NEVER,
            SpoolOptions.WhenFull.DROP_NEWEST),
        true,
        encoding);
  }

  static SteppedSink spooling(SpoolOptions options) throws IOException {
    return new SteppedSink(1 << 12, null, options, true, null);
  }

  /** The connector does what it has to do, an instant later. */
  SteppedSink connect() {
    pass(Duration.ofSeconds(2));
    connector.step();
    connector.step();
    return this;
  }

  void pass(Duration time) {
    clockNs.getAndAdd(time.toNanos());
  }

  /** The publisher does all that it can without an answer. */
  void publish() {
    for (int i = 0; i < 100 && sink.publish(512) > 0; i++) {}
  }

  /** The publisher does all that it can with a broker that takes everything. */
  void publishAndAcknowledge() {
    publish();
    while (acknowledgeAll() > 0) {
      publish();
    }
  }

  int acknowledgeAll() {
    int count = 0;
    while (producer().completeNext()) {
      count++;
    }
    return count;
  }

  /**
   * The broker answers the present producer's oldest record; returns it, null where none waits.
   *
   * @param failure null where it takes it
   */
  ProducerRecord<byte[], byte[]> answer(RuntimeException failure) {
    MockProducer<byte[], byte[]> producer = producer();
    // One that was closed gets no answers any more.
    if (producer.closed()
        || !(failure == null ? producer.completeNext() : producer.errorNext(failure))) {
      return null;
    }
    int index = answered.merge(producer, 1, Integer::sum) - 1;
    return producer.history().get(index);
  }

  /** What {@link #answer} would answer; null where nothing waits. */
  ProducerRecord<byte[], byte[]> unanswered() {
    MockProducer<byte[], byte[]> producer = producer();
    List<ProducerRecord<byte[], byte[]>> sent = producer.history();
    int index = answered.getOrDefault(producer, 0);
    return producer.closed() || index >= sent.size() ? null : sent.get(index);
  }

  MockProducer<byte[], byte[]> producer() {
    return producers.getLast();
  }

  /** What the present producer was given for a topic, as ids of events. */
  List<String> ids(String topic) {
    return ids(producer(), topic);
  }

  static List<String> ids(MockProducer<byte[], byte[]> producer, String topic) {
    return producer.history().stream()
        .filter(record -> record.topic().equals(topic))
        .filter(record -> header(record, "ce_type").equals("io.sluice.request.v1"))
        .map(record -> header(record, "ce_id"))
        .toList();
  }

  static RequestEvent decoded(ProducerRecord<byte[], byte[]> record) {
    try {
      return RequestEvent.getDecoder().decode(record.value());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String header(ProducerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  long count(SinkCounter counter) {
    return ledger.get(counter);
  }

  private MockProducer<byte[], byte[]> newProducer() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            cluster(),
            false,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producers.add(producer);
    return producer;
  }

  private Cluster cluster() {
    Node node = new Node(0, "127.0.0.1", 1);
    Node[] nodes = {node};
    List<PartitionInfo> partitions = new ArrayList<>();
    partitions.add(new PartitionInfo(TOPIC, 0, node, nodes, nodes));
    partitions.add(new PartitionInfo(TOPIC, 1, node, nodes, nodes));
    if (deadLetters) {
      partitions.add(new PartitionInfo(TOPIC + ".dlq", 0, node, nodes, nodes));
    }
    return new Cluster("test", List.of(node), partitions, java.util.Set.of(), java.util.Set.of());
  }

  @Override
  public void close() {
    sink.close();
  }
}
