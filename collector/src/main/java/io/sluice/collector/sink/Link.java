package io.sluice.collector.sink;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * One producer from its first record to its first failure. A producer goes on behind a failed
 * record, which would put the order at risk: so the first failure that is not the record's own
 * closes it, within the client's callback, and all that it had not acknowledged is sent again by
 * the next. The publisher sends; the client's thread answers.
 */
final class Link {
  /** What is known of the topic for dead letters. */
  enum DeadLetterTopic {
    UNKNOWN,
    THERE,
    MISSING
  }

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final LongSupplier clockNs;
  private final AtomicLong answered = new AtomicLong();
  private long handed;
  private long answersSeen;
  private long progressNs;
  private volatile boolean acknowledged;
  private volatile Exception failure;

  /** Who is in a call of send; only compared with the thread that looks, so it may be read late. */
  private Thread sending;

  private volatile DeadLetterTopic deadLetters = DeadLetterTopic.UNKNOWN;
  private boolean refusedForNow;

  /**
   * @param clockNs monotonic
   */
  Link(Producer<byte[], byte[]> producer, String topic, LongSupplier clockNs) {
    this.producer = producer;
    this.topic = topic;
    this.clockNs = clockNs;
    progressNs = clockNs.getAsLong();
  }

  Producer<byte[], byte[]> producer() {
    return producer;
  }

  DeadLetterTopic deadLetters() {
    return deadLetters;
  }

  /** Connector only. */
  void deadLetters(DeadLetterTopic known) {
    deadLetters = known;
  }

  /** Whether the broker has taken a record of this producer. */
  boolean isProven() {
    return acknowledged;
  }

  /** Why it can't be used any more, or null. */
  Exception failure() {
    return failure;
  }

  /**
   * How long records have been waiting without any answer, as seen from call to call; 0 while none
   * waits. Publisher only.
   */
  long silenceNs() {
    long answers = answered.get();
    long now = clockNs.getAsLong();
    if (answers != answersSeen || answers == handed) {
      answersSeen = answers;
      progressNs = now;
    }
    return now - progressNs;
  }

  /**
   * Publisher only.
   *
   * @return false where the client can't take it just now, or any more
   */
  boolean send(Delivery delivery) {
    delivery.sentBy(this, 1, Delivery.State.SENT);
    return taken(delivery, delivery.event());
  }

  /** Publisher only; only where {@link #deadLetters} is there. */
  boolean sendDeadLetter(Delivery delivery, ProducerRecord<byte[], byte[]> letter) {
    delivery.sentBy(this, 1, Delivery.State.DEAD_LETTER_SENT);
    return taken(delivery, letter);
  }

  /**
   * To every partition. Publisher only.
   *
   * @return false where the client does not know the partitions just now
   */
  boolean sendHeartbeat(Delivery delivery, KafkaRecords records) {
    List<PartitionInfo> partitions;
    try {
      partitions = producer.partitionsFor(topic);
    } catch (RetriableException e) {
      return false;
    } catch (KafkaException | IllegalStateException e) {
      fail(e);
      return false;
    }
    delivery.sentBy(this, partitions.size(), Delivery.State.SENT);
    boolean all = true;
    for (PartitionInfo partition : partitions) {
      // A retry repeats it on the partitions before: a heartbeat may come twice.
      all =
          all && taken(delivery, records.heartbeat(partition.partition(), delivery.heartbeatNs()));
    }
    return all;
  }

  private boolean taken(Delivery delivery, ProducerRecord<byte[], byte[]> record) {
    refusedForNow = false;
    handed++;
    sending = Thread.currentThread();
    try {
      var unused = producer.send(record, (metadata, error) -> answer(delivery, error));
    } catch (KafkaException | IllegalStateException e) {
      answer(delivery, e);
    } finally {
      sending = null;
    }
    if (refusedForNow || failure != null) {
      delivery.takeBack();
      return false;
    }
    return true;
  }

  private void answer(Delivery delivery, Exception error) {
    answered.getAndIncrement();
    if (error == null) {
      if (!acknowledged) {
        acknowledged = true;
      }
      delivery.tell(this, null);
    } else if (isForGood(error)) {
      delivery.tell(this, error);
    } else if (error instanceof RetriableException && Thread.currentThread() == sending) {
      // Still in the call of send: the client never took the record.
      refusedForNow = true;
    } else {
      fail(error, Thread.currentThread() != sending);
    }
  }

  /**
   * The record's own fault. Its siblings in the batch fail with another exception and go again.
   * Authorization is none: it can be granted again.
   */
  private static boolean isForGood(Exception error) {
    return error instanceof RecordTooLargeException
        || error instanceof InvalidRecordException
        || error instanceof InvalidTimestampException;
  }

  /** Gives the producer up. Any thread. */
  void fail(Exception why) {
    fail(why, false);
  }

  private void fail(Exception why, boolean inCallback) {
    if (failure == null) {
      failure = why;
    }
    // Also behind a failure that was told before: until the connector has closed it, the client
    // still sends. The publisher itself does not wait for the client's end.
    if (inCallback) {
      producer.close(Duration.ZERO);
    }
  }
}
