package io.sluice.collector.sink;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deliveries in their one order, from the first that is not acknowledged on: those handed to the
 * producer, those in memory that are to be handed to it, those in the spool, and the newest. An
 * event goes to the producer directly while nothing stands before it; else to the spool, behind all
 * others. Publisher only.
 *
 * <p>Whatever is in memory and not in the spool is younger than all that is in the spool; before
 * anything is appended to the spool, it is appended first.
 */
final class DeliveryQueue {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryQueue.class);

  /** Well below the client's own memory, which would make the publisher wait. */
  private static final long WINDOW_BYTES = 24L << 20;

  private static final int MAX_BATCH = 4096;

  /** So long without any answer, and the broker counts as away. */
  private static final long MAX_SILENCE_NS = TimeUnit.SECONDS.toNanos(5);

  private final Connector connector;
  private final KafkaRecords records;
  private final DeliveryLedger ledger;
  private final LongSupplier clockNs;
  private final Spool spool;

  /** Handed to the link, or decided. */
  private final Deque<Delivery> sent = new ArrayDeque<>();

  /** Behind those. */
  private final Deque<Delivery> waiting = new ArrayDeque<>();

  /** Not spooled, in the order of arrival; behind all that is in the spool. */
  private final List<Delivery> arrived = new ArrayList<>();

  private Link link;
  private long memoryBytes;
  private long settledOffset = -1;

  /**
   * @param spool null for none
   */
  DeliveryQueue(
      Connector connector,
      KafkaRecords records,
      DeliveryLedger ledger,
      Spool spool,
      LongSupplier clockNs) {
    this.connector = connector;
    this.records = records;
    this.ledger = ledger;
    this.spool = spool;
    this.clockNs = clockNs;
  }

  /**
   * Whether the next would go to the producer directly: nothing waits before it, and the broker
   * keeps up.
   */
  boolean isOpen() {
    return link != null && isCaughtUp() && hasRoom();
  }

  /** Whether it can be added though it is not open: to the spool. */
  boolean isSpooling() {
    return spool != null;
  }

  /** Whether nothing but what the broker has not answered yet stands before the next. */
  boolean isCaughtUp() {
    return waiting.isEmpty() && arrived.isEmpty() && (spool == null || spool.isRead());
  }

  /** Whether there is a link that has delivered, or may be about to. */
  boolean isConnected() {
    return link != null;
  }

  boolean isEmpty() {
    return sent.isEmpty() && isCaughtUp();
  }

  /** Adds the newest. */
  void add(Delivery delivery) {
    if (isOpen()) {
      memoryBytes += delivery.memoryBytes();
      waiting.add(delivery);
      sendWaiting();
    } else {
      arrived.add(delivery);
      if (arrived.size() >= MAX_BATCH) {
        spoolArrived();
      }
    }
  }

  /**
   * Moves on what can be: takes in the broker's answers, replaces a broken link, sends.
   *
   * @return how many moved
   */
  int step() {
    int moved = commit();
    watchLink();
    moved += sendWaiting();
    moved += readSpool();
    return moved;
  }

  /** Ends a round of additions: what was not sent is spooled, and the account is stored. */
  void endRound() {
    spoolArrived();
    if (spool != null) {
      spool.settle(settledOffset, ledger.settledBehindQueue());
      spool.onTime(clockNs.getAsLong());
      ledger.set(SinkCounter.SPOOL_BYTES, spool.bytes());
    }
    ledger.set(SinkCounter.TIMES_CLAMPED, records.timesClamped());
  }

  private boolean hasRoom() {
    // A producer that has delivered nothing yet gets one record to try.
    return link != null && link.isProven() ? memoryBytes < WINDOW_BYTES : sent.isEmpty();
  }

  /** Settles from the front what is decided. */
  private int commit() {
    int count = 0;
    for (Delivery first = sent.peek(); first != null; first = sent.peek()) {
      switch (first.state()) {
        case ACKNOWLEDGED ->
            settle(
                first,
                first.isEvent()
                    ? SinkCounter.EVENTS_ACKNOWLEDGED
                    : SinkCounter.HEARTBEATS_ACKNOWLEDGED);
        case DEAD_LETTER_ACKNOWLEDGED -> {
          ledger.increment(SinkCounter.DEAD_LETTERS_ACKNOWLEDGED);
          settle(first, reason(first.refusal()));
        }
        case DEAD_LETTER_REFUSED -> {
          ledger.increment(SinkCounter.DEAD_LETTERS_FAILED);
          settle(first, reason(first.refusal()));
        }
        case REFUSED -> {
          if (!bury(first)) {
            return count;
          }
        }
        default -> {
          return count;
        }
      }
      count++;
    }
    if (spool != null && isEmpty() && spooled() > 0) {
      // All was read, and these did not come.
      LOG.error("{} events of the spool could not be read", spooled());
      ledger.add(SinkCounter.EVENTS_FAILED_SPOOL_DAMAGED, spooled());
      ledger.set(SinkCounter.EVENTS_SPOOLED, 0);
    }
    return count;
  }

  private long spooled() {
    return ledger.get(SinkCounter.EVENTS_SPOOLED);
  }

  /** Sends a refused event's dead letter; true where there is none to wait for. */
  private boolean bury(Delivery refused) {
    if (!refused.isEvent()) {
      settle(refused, SinkCounter.HEARTBEATS_FAILED);
      return true;
    }
    if (link == null || link.deadLetters() == Link.DeadLetterTopic.UNKNOWN) {
      return false;
    }
    SinkCounter reason = reason(refused.refusal());
    if (link.deadLetters() == Link.DeadLetterTopic.MISSING) {
      ledger.increment(SinkCounter.DEAD_LETTERS_FAILED);
      settle(refused, reason);
      return true;
    }
    link.sendDeadLetter(refused, DeadLetters.of(refused.event(), reason, refused.refusal()));
    return false;
  }

  private static SinkCounter reason(Exception refusal) {
    return refusal instanceof RecordTooLargeException
        ? SinkCounter.EVENTS_FAILED_TOO_LARGE
        : SinkCounter.EVENTS_FAILED_REFUSED;
  }

  /** The first of those sent has come to its end. */
  private void settle(Delivery first, SinkCounter end) {
    sent.remove();
    memoryBytes -= first.memoryBytes();
    if (first.isSpooled()) {
      settledOffset = first.spoolEnd();
      if (first.isEvent()) {
        ledger.add(SinkCounter.EVENTS_SPOOLED, -1);
      }
    }
    ledger.increment(end);
  }

  private void watchLink() {
    if (link != null && link.failure() == null && link.silenceNs() > MAX_SILENCE_NS) {
      link.fail(new TimeoutException("no answer from the broker"));
    }
    if (link != null && link.failure() != null) {
      link = null;
      ledger.increment(SinkCounter.LINKS_FAILED);
      takeBack();
    }
    if (link == null) {
      link = connector.link();
    }
  }

  /** All that the link has not acknowledged is to be sent again, in order; first to the disk. */
  private void takeBack() {
    for (Iterator<Delivery> all = sent.descendingIterator(); all.hasNext(); ) {
      Delivery delivery = all.next();
      delivery.takeBack();
      waiting.addFirst(delivery);
    }
    sent.clear();
    spoolMemory();
  }

  private int sendWaiting() {
    int count = 0;
    while (!waiting.isEmpty() && (isProven() || sent.isEmpty()) && link != null) {
      Delivery next = waiting.peek();
      if (next.state() == Delivery.State.WAITING) {
        boolean taken = next.isEvent() ? link.send(next) : link.sendHeartbeat(next, records);
        if (!taken) {
          ledger.increment(SinkCounter.SEND_ATTEMPTS_DEFERRED);
          return count;
        }
      }
      sent.add(waiting.remove());
      count++;
    }
    return count;
  }

  private boolean isProven() {
    return link != null && link.isProven();
  }

  private int readSpool() {
    int count = 0;
    while (spool != null && link != null && waiting.isEmpty() && hasRoom() && count < MAX_BATCH) {
      Delivery next = spool.next();
      if (next == null) {
        break;
      }
      memoryBytes += next.memoryBytes();
      waiting.add(next);
      sendWaiting();
      count++;
    }
    return count;
  }

  /** To the spool: first what is in memory alone, then what has arrived. */
  private void spoolArrived() {
    if (spool == null || arrived.isEmpty()) {
      return;
    }
    List<Delivery> batch = inMemoryAlone();
    int inMemory = batch.size();
    batch.addAll(arrived);
    arrived.clear();
    int done = spool(batch, inMemory);
    for (Delivery lost : batch.subList(Math.max(done, inMemory), batch.size())) {
      if (lost.isEvent()) {
        ledger.increment(
            spool.refusal() == Spool.Refusal.FULL
                ? SinkCounter.EVENTS_FAILED_SPOOL_FULL
                : SinkCounter.EVENTS_FAILED_SPOOL_DISK);
      } else {
        ledger.increment(SinkCounter.HEARTBEATS_FAILED);
      }
    }
  }

  /** Where the disk refuses it, it stays in memory. */
  private void spoolMemory() {
    if (spool != null) {
      List<Delivery> batch = inMemoryAlone();
      spool(batch, batch.size());
    }
  }

  private int spool(List<Delivery> batch, int inMemory) {
    if (batch.isEmpty()) {
      return 0;
    }
    int done = spool.append(batch, inMemory);
    long events = batch.subList(0, done).stream().filter(Delivery::isEvent).count();
    ledger.add(SinkCounter.EVENTS_SPOOLED, events);
    long dropped = spool.takeDropped();
    ledger.add(SinkCounter.EVENTS_SPOOLED, -dropped);
    ledger.add(SinkCounter.EVENTS_FAILED_SPOOL_FULL, dropped);
    return done;
  }

  private List<Delivery> inMemoryAlone() {
    List<Delivery> alone = new ArrayList<>();
    for (Deque<Delivery> part : List.of(sent, waiting)) {
      for (Delivery delivery : part) {
        if (!delivery.isSpooled()) {
          alone.add(delivery);
        }
      }
    }
    return alone;
  }

  /** What is in memory alone goes to the spool, if there is one. */
  void save() {
    commit();
    spoolArrived();
    spoolMemory();
  }

  /** The end: what is in memory alone and can't be saved is lost, and counted. */
  void finish() {
    save();
    for (Delivery left : inMemoryAlone()) {
      if (left.isEvent()) {
        ledger.increment(SinkCounter.EVENTS_FAILED_SHUTDOWN);
      }
    }
    endRound();
    if (spool != null) {
      spool.close();
    }
  }
}
