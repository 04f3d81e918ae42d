package io.sluice.collector.sink;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes producers and gets them ready, on a thread of its own, so that the publisher never waits
 * for a broker that is away: it is given a link that knows its topic, or none.
 */
final class Connector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
  private static final long POLL_NS = 20_000_000;
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOG_INTERVAL_NS = TimeUnit.SECONDS.toNanos(30);

  /** A client that has just met its broker may not know every topic yet. */
  private static final long DEAD_LETTERS_PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final String topic;
  private final LongSupplier clockNs;
  private Producer<byte[], byte[]> opened;
  private long notBeforeNs;
  private long deadLettersNotBeforeNs;
  private long deadLettersDeadlineNs;
  private long toldNs;
  private boolean told;

  /** Said to be away, and not yet that it is back. */
  private boolean away;

  private volatile Link current;
  private volatile boolean closed;

  /**
   * @param first already open
   * @param producers for those after it
   */
  Connector(
      Producer<byte[], byte[]> first,
      Supplier<Producer<byte[], byte[]>> producers,
      String topic,
      LongSupplier clockNs) {
    this.opened = first;
    this.producers = producers;
    this.topic = topic;
    this.clockNs = clockNs;
    notBeforeNs = clockNs.getAsLong();
  }

  /** Steps until it is closed. */
  Connector start() {
    Thread.ofPlatform().name("connector").daemon().start(this::run);
    return this;
  }

  /** The link to use, or null while there is none. Any thread. */
  Link link() {
    Link link = current;
    return link == null || link.failure() != null ? null : link;
  }

  private void run() {
    while (!closed) {
      step();
      LockSupport.parkNanos(POLL_NS);
    }
    clear();
  }

  /** Does what there is to do now: waits for the broker at most as long as the client blocks. */
  void step() {
    Link link = current;
    if (link != null) {
      if (link.failure() == null) {
        if (away && link.isProven()) {
          away = false;
          LOG.info("delivering to Kafka again");
        }
        lookForDeadLetters(link);
        return;
      }
      tell(link.failure());
      long now = clockNs.getAsLong();
      // One that never delivered would fail again at once.
      notBeforeNs = link.isProven() ? now : now + RETRY_NS;
      link.producer().close(Duration.ZERO);
      current = null;
    }
    if (clockNs.getAsLong() - notBeforeNs < 0) {
      return;
    }
    try {
      if (opened == null) {
        opened = producers.get();
      }
      if (!opened.partitionsFor(topic).isEmpty()) {
        Link made = new Link(opened, topic, clockNs);
        opened = null;
        deadLettersNotBeforeNs = clockNs.getAsLong();
        deadLettersDeadlineNs = deadLettersNotBeforeNs + DEAD_LETTERS_PATIENCE_NS;
        current = made;
        lookForDeadLetters(made);
      }
    } catch (KafkaException | IllegalStateException e) {
      tell(e);
      // The client waits itself for a broker that is away, and for nothing else.
      notBeforeNs = clockNs.getAsLong() + (e instanceof TimeoutException ? 0 : RETRY_NS);
    }
  }

  /** Until it is there: it may be made while we run. */
  private void lookForDeadLetters(Link link) {
    long now = clockNs.getAsLong();
    if (link.deadLetters() == Link.DeadLetterTopic.THERE || now - deadLettersNotBeforeNs < 0) {
      return;
    }
    String cause;
    boolean waits = false;
    try {
      if (!link.producer().partitionsFor(DeadLetters.topic(topic)).isEmpty()) {
        link.deadLetters(Link.DeadLetterTopic.THERE);
        return;
      }
      cause = "it is not there";
    } catch (KafkaException | IllegalStateException e) {
      cause = e.getMessage();
      waits = e instanceof TimeoutException && now - deadLettersDeadlineNs < 0;
    }
    // A client that is closed meanwhile says so.
    if (waits || closed || link.failure() != null) {
      return;
    }
    deadLettersNotBeforeNs = now + LOG_INTERVAL_NS;
    if (link.deadLetters() == Link.DeadLetterTopic.UNKNOWN) {
      link.deadLetters(Link.DeadLetterTopic.MISSING);
      LOG.warn(
          "cannot use {} for events that are refused: {}; make it and allow us to write it",
          DeadLetters.topic(topic),
          cause);
    }
  }

  private void tell(Exception failure) {
    long now = clockNs.getAsLong();
    if (!told || now - toldNs >= LOG_INTERVAL_NS) {
      told = true;
      away = true;
      toldNs = now;
      LOG.warn("cannot deliver to Kafka for now: {}; events wait for it", failure.toString());
    }
  }

  private void clear() {
    Link link = current;
    if (link != null) {
      link.producer().close(Duration.ZERO);
      current = null;
    }
    if (opened != null) {
      opened.close(Duration.ZERO);
      opened = null;
    }
  }

  /** Closes its producers in the background. */
  @Override
  public void close() {
    closed = true;
    Link link = current;
    if (link != null) {
      link.producer().close(Duration.ZERO);
    }
  }
}
