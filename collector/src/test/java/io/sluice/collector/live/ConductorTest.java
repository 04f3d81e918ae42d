package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConductorTest {
  @Test
  void aLongSweepHoldsUpNoHeartbeat() throws InterruptedException {
    CountDownLatch sweeping = new CountDownLatch(1);
    CountDownLatch beatWhileSweeping = new CountDownLatch(1);
    Runnable beat =
        () -> {
          if (sweeping.getCount() == 0) {
            beatWhileSweeping.countDown();
          }
        };
    Runnable sweep =
        () -> {
          sweeping.countDown();
          await(beatWhileSweeping);
        };
    try (Conductor conductor = Conductor.start(beat, sweep)) {
      assertThat(conductor).isNotNull();
      assertThat(beatWhileSweeping.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
