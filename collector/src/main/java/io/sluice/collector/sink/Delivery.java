package io.sluice.collector.sink;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One event, or one heartbeat to all partitions, on its way to the broker. Owned by the publisher;
 * the client's thread tells its fate through {@link #tell}.
 */
final class Delivery {
  enum State {
    /** Not handed to a producer, or to one that is given up. */
    WAITING,
    SENT,
    ACKNOWLEDGED,
    /** Not even another producer would get it through. */
    REFUSED,
    /** Its copy is on the way to the dead letters. */
    DEAD_LETTER_SENT,
    DEAD_LETTER_ACKNOWLEDGED,
    DEAD_LETTER_REFUSED
  }

  /** What an object and its headers cost beside key and value, for the bound on memory. */
  private static final int OVERHEAD_BYTES = 1_000;

  private final ProducerRecord<byte[], byte[]> event;
  private final long heartbeatNs;

  /** Kept, since the record itself has left the processor's cache when it is asked for again. */
  private final int memoryBytes;

  /** Of a heartbeat, which is a record for each partition; null for an event. */
  private final AtomicInteger unanswered;

  private volatile State state = State.WAITING;
  private volatile Link link;
  private volatile Exception refusal;

  /** Offset in the spool behind it; negative while it is in memory alone. */
  private long spoolEnd = -1;

  private Delivery(ProducerRecord<byte[], byte[]> event, long heartbeatNs) {
    this.event = event;
    this.heartbeatNs = heartbeatNs;
    memoryBytes = event == null ? OVERHEAD_BYTES : OVERHEAD_BYTES + event.value().length;
    unanswered = event == null ? new AtomicInteger() : null;
  }

  static Delivery event(ProducerRecord<byte[], byte[]> record) {
    return new Delivery(record, 0);
  }

  static Delivery heartbeat(long timeNs) {
    return new Delivery(null, timeNs);
  }

  boolean isEvent() {
    return event != null;
  }

  /** Null for a heartbeat. */
  ProducerRecord<byte[], byte[]> event() {
    return event;
  }

  long heartbeatNs() {
    return heartbeatNs;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  boolean isSpooled() {
    return spoolEnd >= 0;
  }

  long spoolEnd() {
    return spoolEnd;
  }

  void spooled(long end) {
    spoolEnd = end;
  }

  State state() {
    return state;
  }

  /** Why it was refused for good. */
  Exception refusal() {
    return refusal;
  }

  /**
   * Publisher, before it hands the records to the producer.
   *
   * @param records of which each is answered by {@link #tell}; 1 for an event
   */
  void sentBy(Link by, int records, State newState) {
    if (unanswered != null) {
      unanswered.set(records);
    }
    link = by;
    state = newState;
  }

  /** Publisher: its producer was given up, or has not taken it. What is decided stays so. */
  void takeBack() {
    link = null;
    if (state == State.SENT) {
      state = State.WAITING;
    } else if (state == State.DEAD_LETTER_SENT) {
      state = State.REFUSED;
    }
  }

  /**
   * The fate of one of its records. Any thread. What a producer says that was given up in the
   * meantime does not count: the record is sent again.
   *
   * @param failure null where the broker has taken it
   */
  void tell(Link by, Exception failure) {
    if (link != by) {
      return;
    }
    boolean deadLetter = state == State.DEAD_LETTER_SENT;
    if (failure != null && !deadLetter) {
      refusal = failure;
    }
    if (unanswered != null && unanswered.decrementAndGet() > 0) {
      return;
    }
    if (deadLetter) {
      state = failure == null ? State.DEAD_LETTER_ACKNOWLEDGED : State.DEAD_LETTER_REFUSED;
    } else {
      state = refusal == null ? State.ACKNOWLEDGED : State.REFUSED;
    }
  }
}
