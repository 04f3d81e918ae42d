package io.sluice.jobs.support;

import io.sluice.jobs.records.Incoming;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.MapFunction;

/** Passes records, and fails once at each of the given counts. One JVM, one test at a time. */
public final class FailAt implements MapFunction<Incoming, Incoming> {
  private static final long serialVersionUID = 1;

  private static final AtomicLong SEEN = new AtomicLong();
  private static final AtomicInteger FAILURES = new AtomicInteger();

  private final long[] counts;

  public FailAt(long... counts) {
    this.counts = counts;
    SEEN.set(0);
    FAILURES.set(0);
  }

  public static int failures() {
    return FAILURES.get();
  }

  @Override
  public Incoming map(Incoming record) {
    long seen = SEEN.incrementAndGet();
    for (long count : counts) {
      if (seen == count) {
        FAILURES.incrementAndGet();
        throw new IllegalStateException("injected at record " + seen);
      }
    }
    return record;
  }
}
