package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

final class SchemaPublisherTest {
  /** With the client itself, which logs its own end: nothing is wrong that a person could mend. */
  @Test
  @ResourceLock(value = Resources.SYSTEM_ERR, mode = ResourceAccessMode.READ_WRITE)
  void aStopDuringAnOutageIsNoFault() throws InterruptedException {
    KafkaSettings settings = new KafkaSettings("127.0.0.1:1", "t", 8, Map.of(), null);
    CountDownLatch opened = new CountDownLatch(1);
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try {
      SchemaPublisher publisher =
          SchemaPublisher.start(() -> {
            KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.schemaProducerProperties("here"));
            opened.countDown();
            return producer;
          });
      assertThat(opened.await(30, TimeUnit.SECONDS)).isTrue();
      publisher.close();
      assertThat(publisher.isAlive()).isFalse();
    } finally {
      System.setErr(before);
    }
    assertThat(log.toString(UTF_8)).doesNotContain("ERROR", "cannot publish", "Exception");
  }
}
