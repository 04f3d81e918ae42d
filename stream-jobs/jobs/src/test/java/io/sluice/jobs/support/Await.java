package io.sluice.jobs.support;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what must come, however slow the machine. */
public final class Await {
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(3);

  private Await() {}

  /** Asks until the answer is the expected one, and gives the last answer. */
  public static <T> T until(T expected, Callable<T> question) throws Exception {
    long start = System.nanoTime();
    T answer = question.call();
    while (!expected.equals(answer) && System.nanoTime() - start < LIMIT_NS) {
      TimeUnit.MILLISECONDS.sleep(250);
      answer = question.call();
    }
    return answer;
  }
}
