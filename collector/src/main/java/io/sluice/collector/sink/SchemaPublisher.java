package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.SchemaHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts every version of our records on a compacted topic, once for each start: key is the
 * fingerprint as in the header {@code sluice-schema}, value the schema as JSON. A consumer without
 * our code finds there what it reads. On a thread and a producer of its own: nothing of it can hold
 * up events.
 */
final class SchemaPublisher implements AutoCloseable {
  static final String TOPIC = "sluice.schemas.v1";

  private static final Logger LOG = LoggerFactory.getLogger(SchemaPublisher.class);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** How long the end of a short run waits for the first attempt. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** For the end of the thread, which waits for nobody then. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(1);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch attempted = new CountDownLatch(1);
  private final Thread thread;

  private SchemaPublisher(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
    thread = Thread.ofPlatform().name("schema-publisher").daemon().unstarted(this::run);
  }

  /** Tries until the broker has them all. */
  static SchemaPublisher start(Supplier<Producer<byte[], byte[]>> producers) {
    SchemaPublisher publisher = new SchemaPublisher(producers);
    publisher.thread.start();
    return publisher;
  }

  static List<ProducerRecord<byte[], byte[]>> records() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String record : SchemaHistory.RECORDS) {
      for (Schema schema : SchemaHistory.INSTANCE.versions(record)) {
        String key = SchemaHistory.text(SchemaHistory.fingerprint(schema));
        records.add(
            new ProducerRecord<>(TOPIC, key.getBytes(UTF_8), schema.toString().getBytes(UTF_8)));
      }
    }
    return records;
  }

  private void run() {
    boolean told = false;
    try {
      while (true) {
        try {
          publish();
          return;
        } catch (KafkaException e) {
          if (stop.getCount() == 0) {
            // Cut off by our own end, which says nothing of the topic.
            return;
          }
          if (!told) {
            told = true;
            LOG.warn(
                "cannot publish the schemas on {}: {}; make the topic, compacted, and allow us to write it",
                TOPIC,
                e.getMessage());
          }
        }
        attempted.countDown();
        if (stop.await(PAUSE.toSeconds(), TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      attempted.countDown();
    }
  }

  private void publish() throws InterruptedException {
    Producer<byte[], byte[]> producer = producers.get();
    try {
      List<Future<?>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records()) {
        sent.add(producer.send(record));
      }
      producer.flush();
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } finally {
      // The client's end is an error to it where the thread is interrupted, as it is at a stop.
      boolean interrupted = Thread.interrupted();
      producer.close(Duration.ZERO);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether its thread has not ended. */
  boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    try {
      if (!attempted.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.debug("the schemas are not published yet");
      }
      stop.countDown();
      thread.interrupt();
      if (!thread.join(END_PATIENCE)) {
        LOG.debug("the publisher of schemas has not ended yet");
      }
    } catch (InterruptedException e) {
      stop.countDown();
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
