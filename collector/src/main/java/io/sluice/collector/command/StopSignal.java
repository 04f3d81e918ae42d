package io.sluice.collector.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets SIGTERM and Ctrl-C end a command in order: the signal asks it to stop, and the process waits
 * a bounded time until it has.
 */
final class StopSignal {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  /**
   * @param patience after which the process ends in any case
   */
  static StopSignal install(Duration patience) {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  signal.asked.countDown();
                  try {
                    if (!signal.done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                      System.err.println(
                          "cannot finish within " + patience.toSeconds() + " s: stopping anyhow");
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop"));
    return signal;
  }

  /** Waits for the signal; false where it did not come within the time. */
  boolean await(Duration time) throws InterruptedException {
    return asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The command has finished what it had to. */
  void done() {
    done.countDown();
  }
}
