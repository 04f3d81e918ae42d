package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

final class ConnectorTest {
  private static final String TOPIC = "http.requests.v1";

  private Connector connector;
  private boolean closes;
  private long nowNs;

  @Test
  void saysThatTheDeadLettersHaveNoTopic() {
    connect();
    assertThat(connector.link().deadLetters()).isEqualTo(Link.DeadLetterTopic.MISSING);
  }

  @Test
  void saysNothingOfATopicThatItDidNotFindSinceItWasClosed() {
    closes = true;
    connect();
    assertThat(connector.link().deadLetters()).isEqualTo(Link.DeadLetterTopic.UNKNOWN);
  }

  @Test
  @ResourceLock(value = Resources.SYSTEM_ERR, mode = ResourceAccessMode.READ_WRITE)
  void saysOnceThatItDeliversAgain() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try {
      connect();
      connector.link().fail(new TimeoutException("gone"));
      connector.step();
      connector.step();
      Delivery delivery = Delivery.event(new ProducerRecord<>(TOPIC, new byte[1]));
      assertThat(connector.link().send(delivery)).isTrue();
      connector.step();
      connector.step();
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(UTF_8))
        .containsOnlyOnce("cannot deliver to Kafka for now")
        .containsOnlyOnce("delivering to Kafka again");
  }

  private void connect() {
    connector = new Connector(producer(), this::producer, TOPIC, () -> nowNs += 2_000_000_000L);
    connector.step();
  }

  private MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>(
        true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public List<PartitionInfo> partitionsFor(String topic) {
        if (topic.equals(TOPIC)) {
          return List.of(new PartitionInfo(topic, 0, null, null, null));
        }
        if (closes) {
          connector.close();
        }
        throw new KafkaException("not now");
      }
    };
  }
}
