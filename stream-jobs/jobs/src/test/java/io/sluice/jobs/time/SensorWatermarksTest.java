package io.sluice.jobs.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.support.Requests;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class SensorWatermarksTest {
  private static final long NOW = 1_700_000_000_000L;

  private long now = NOW;
  private long heldBackMs;
  private final SimpleCounter clamped = new SimpleCounter();
  private final SimpleCounter overBound = new SimpleCounter();
  private final Output output = new Output();
  private final SensorWatermarks watermarks =
      new SensorWatermarks(
          new EventTimeOptions(1000, 30_000, 10_000, 10_000, 600_000, 3),
          () -> now,
          new RelativeClock() {
            @Override
            public long relativeTimeMillis() {
              return now - heldBackMs;
            }

            @Override
            public long relativeTimeNanos() {
              return relativeTimeMillis() * 1_000_000;
            }
          },
          clamped,
          overBound);

  private static final class Output implements WatermarkOutput {
    long mark = Long.MIN_VALUE;
    boolean idle;

    @Override
    public void emitWatermark(Watermark watermark) {
      mark = watermark.getTimestamp();
    }

    @Override
    public void markIdle() {
      idle = true;
    }

    @Override
    public void markActive() {
      idle = false;
    }
  }

  @Test
  void followsTheSlowestSensor() {
    heartbeat("a", NOW);
    heartbeat("b", NOW - 5000);

    assertThat(emitted()).isEqualTo(NOW - 5000 - 1001);
  }

  @Test
  void leavesOutASilentSensor() {
    heartbeat("a", NOW - 5000);
    now += 30_001;
    heartbeat("b", now);

    assertThat(emitted()).isEqualTo(now - 1001);
  }

  @Test
  void clampsAPacketTimeFromTheFuture() {
    heartbeat("a", NOW + 10_000);
    assertThat(emitted()).isEqualTo(NOW + 10_000 - 1001);
    assertThat(clamped.getCount()).isZero();

    heartbeat("b", NOW + 10_001);
    heartbeat("b", Long.MAX_VALUE);

    assertThat(emitted()).isEqualTo(NOW - 1001);
    assertThat(clamped.getCount()).isEqualTo(2);
  }

  @Test
  void isNotHeldByATimeFromTheFarPast() {
    heartbeat("a", NOW);
    heartbeat("b", NOW - 600_000);
    assertThat(emitted()).isEqualTo(NOW - 600_000 - 1001);
    assertThat(clamped.getCount()).isZero();

    heartbeat("c", 0);
    assertThat(emitted()).isEqualTo(NOW - 600_000 - 1001);
    assertThat(clamped.getCount()).isEqualTo(1);
    heartbeat("a", NOW + 5000);
    heartbeat("b", NOW + 4000);
    assertThat(emitted()).isEqualTo(NOW - 595_000 - 1001);
  }

  /** What is read late is behind the clock in all sensors; one that is ahead changes nothing. */
  @Test
  void catchesUpBesideASensorOfTheFuture() {
    heartbeat("a", NOW - 3_600_000);
    heartbeat("b", NOW + 3_600_000);
    assertThat(emitted()).isEqualTo(NOW - 3_600_000 - 1001);
    assertThat(clamped.getCount()).isEqualTo(1);
  }

  @Test
  void isNotMovedByReplays() {
    watermarks.onEvent(
        Incoming.replayed(
            new ReplayKey("file:1", "a"),
            Requests.of("i", NOW, "s", "h", "GET", 200, false, "/", "/", "c", "", "", 1, 1, 1, 1)),
        NOW,
        output);

    assertThat(emitted()).isEqualTo(Long.MIN_VALUE);
    now += 10_001;
    emitted();
    assertThat(output.idle).isTrue();
  }

  @Test
  void goesIdleAndComesBack() {
    heartbeat("a", NOW);
    emitted();
    assertThat(output.idle).isFalse();
    now += 10_001;
    emitted();
    assertThat(output.idle).isTrue();
    heartbeat("a", now);
    emitted();
    assertThat(output.idle).isFalse();
  }

  /** What waits behind a slow job is not silent: it would come late. */
  @Test
  void isNeitherIdleNorSilentWhileItIsHeldBack() {
    heartbeat("a", NOW - 5000);
    heartbeat("b", NOW);
    now += 3_600_000;
    heldBackMs += 3_600_000;

    assertThat(emitted()).isEqualTo(NOW - 5000 - 1001);
    assertThat(output.idle).isFalse();
  }

  @Test
  void boundsTheSensorsThatItTellsApart() {
    for (int i = 0; i < 100; i++) {
      heartbeat("s" + i, NOW - i);
    }

    assertThat(overBound.getCount()).isEqualTo(97);
    // The rest share one clock, which stands at the fastest of them.
    assertThat(emitted()).isEqualTo(NOW - 3 - 1001);
  }

  private void heartbeat(String sensor, long timeMs) {
    watermarks.onEvent(Incoming.heartbeat(sensor, timeMs), timeMs, output);
  }

  private long emitted() {
    watermarks.onPeriodicEmit(output);
    return output.mark;
  }
}
