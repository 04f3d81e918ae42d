package io.sluice.bench.publish;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Counts, by milliseconds, how long after its event's time the broker acknowledged each record: a
 * producer's interceptor, which the client makes itself. The time of a record is its event's.
 */
public final class AckDelays implements ProducerInterceptor<byte[], byte[]> {
  private static final int MOST_MS = 60_000;
  private static final AtomicLongArray COUNTS = new AtomicLongArray(MOST_MS + 1);

  /** What was counted so far is forgotten. */
  static void clear() {
    for (int ms = 0; ms <= MOST_MS; ms++) {
      COUNTS.set(ms, 0);
    }
  }

  static long count() {
    return Arrays.stream(counts()).sum();
  }

  /** The least delay, in ms, that this share of the records did not exceed. */
  static int quantileMs(double share) {
    long[] counts = counts();
    long wanted = (long) Math.ceil(share * Arrays.stream(counts).sum());
    long passed = 0;
    for (int ms = 0; ms < counts.length; ms++) {
      passed += counts[ms];
      if (passed >= wanted) {
        return ms;
      }
    }
    return MOST_MS;
  }

  private static long[] counts() {
    long[] counts = new long[MOST_MS + 1];
    Arrays.setAll(counts, COUNTS::get);
    return counts;
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    return record;
  }

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception exception) {
    if (exception == null) {
      long delayMs = System.currentTimeMillis() - metadata.timestamp();
      COUNTS.incrementAndGet((int) Math.clamp(delayMs, 0, MOST_MS));
    }
  }

  @Override
  public void configure(Map<String, ?> properties) {}

  @Override
  public void close() {}
}
