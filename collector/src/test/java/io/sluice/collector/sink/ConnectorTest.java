package io.sluice.collector.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class ConnectorTest {
  private static final String TOPIC = "http.requests.v1";

  private Connector connector;
  private boolean closes;

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

  private void connect() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer()) {
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
    connector = new Connector(producer, () -> producer, TOPIC, () -> 0);
    connector.step();
  }
}
