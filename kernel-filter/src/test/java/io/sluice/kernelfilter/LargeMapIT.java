package io.sluice.kernelfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A map of a million sessions, filled by the program itself, and swept. */
class LargeMapIT {
  private static final int SESSIONS = 1_000_000;

  @Test
  void sweepsAMillionSessions() {
    FilterOptions options =
        FilterOptions.defaults().withSessions(SESSIONS + SESSIONS / 10, 1).startingOpen();
    try (HttpFilter filter = Kernel.load(options)) {
      byte[] frame = Frames.request("GET / HTTP/1.1\r\n\r\n").build();
      for (int i = 0; i < SESSIONS; i++) {
        // The last three bytes of the client's address.
        frame[27] = (byte) (i >> 16);
        frame[28] = (byte) (i >> 8);
        frame[29] = (byte) i;
        filter.testRun(frame, 1);
      }
      assertThat(filter.counters().get(FilterCounter.SESSION_INSERTED)).isEqualTo(SESSIONS);

      SweepResult young = filter.sweep(Duration.ofHours(1).toNanos());
      assertThat(young.removedUnconfirmed()).isZero();
      // The kernel gives out free entries by the handful to each CPU, and may take a used one
      // early.
      assertThat(young.unconfirmed()).isBetween(SESSIONS * 9L / 10, (long) SESSIONS);

      SweepResult all = filter.sweep(-1);
      assertThat(all.removedUnconfirmed()).isEqualTo(young.unconfirmed());
      assertThat(all.unconfirmed()).isZero();
      System.out.printf(
          "a million sessions: walked in %d ms, walked and removed in %d ms%n",
          young.elapsedNs() / 1_000_000, all.elapsedNs() / 1_000_000);
    }
  }
}
