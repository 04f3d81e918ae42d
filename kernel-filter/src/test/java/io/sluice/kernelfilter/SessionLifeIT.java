package io.sluice.kernelfilter;

import static io.sluice.kernelfilter.Frames.request;
import static io.sluice.kernelfilter.Frames.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Sessions from their first packet to the sweep, in the loaded program. */
class SessionLifeIT {
  private static final String GET = "GET / HTTP/1.1\r\n\r\n";
  private static final String BODY = "\0 a body's bytes, of no shape";
  private static final Duration IDLE = Duration.ofMillis(200);

  @Test
  void packetOfNoSessionIsDroppedOfOneKeptAndAfterItsExpiryDropped() throws Exception {
    FilterOptions options = FilterOptions.defaults().startingOpen().withIdleTimeout(IDLE);
    try (HttpFilter filter = Kernel.load(options)) {
      assertThat(filter.testRun(request(BODY).build(), 1).kept()).isFalse();
      assertThat(filter.testRun(request(GET).build(), 1).kept()).isTrue();
      assertThat(filter.testRun(request(BODY).build(), 1).kept()).isTrue();
      assertThat(filter.testRun(response(BODY).build(), 1).kept()).isTrue();

      Thread.sleep(IDLE.multipliedBy(2));

      assertThat(filter.testRun(request(BODY).build(), 1).kept()).isFalse();
      assertThat(filter.counters().get(FilterCounter.FILTERED_NO_SESSION)).isEqualTo(1);
      assertThat(filter.counters().get(FilterCounter.FILTERED_EXPIRED)).isEqualTo(1);
    }
  }

  @Test
  void gateOpensOnce() {
    try (HttpFilter filter = Kernel.load(FilterOptions.defaults())) {
      assertThat(filter.testRun(request(GET).build(), 1).kept()).isFalse();
      assertThat(filter.counters().nonZero()).isEmpty();

      filter.openGate();

      assertThat(filter.testRun(request(GET).build(), 1).kept()).isTrue();
      assertThat(filter.counters().get(FilterCounter.SEEN)).isEqualTo(1);
    }
  }

  @Test
  void sweepRemovesTheIdleOnly() throws Exception {
    try (HttpFilter filter = Kernel.load(FilterOptions.defaults().startingOpen())) {
      long nowNs = MonotonicClock.nowNs();
      int perKind = 3_000;
      for (int i = 0; i < perKind; i++) {
        for (boolean confirmed : new boolean[] {false, true}) {
          SessionKey key =
              SessionKey.of(
                  InetAddress.getByName("10.0.0.1"), i, InetAddress.getByName("10.0.0.2"), 80);
          long ageNs = i % 3 == 0 ? Duration.ofMinutes(1).toNanos() : 0;
          filter.putSession(new Session(key, confirmed, 1, nowNs - ageNs, 1, i), 3);
        }
      }

      SweepResult swept = filter.sweep(Duration.ofSeconds(30).toNanos());

      assertThat(swept.removedUnconfirmed()).isEqualTo(perKind / 3);
      assertThat(swept.removedConfirmed()).isEqualTo(perKind / 3);
      assertThat(swept.unconfirmed()).isEqualTo(perKind * 2L / 3);
      assertThat(swept.confirmed()).isEqualTo(perKind * 2L / 3);
      assertThat(filter.sessions(5))
          .extracting(Session::bytes)
          .containsExactly(2_999L, 2_999L, 2_998L, 2_998L, 2_996L);
      assertThat(filter.sweep(-1).unconfirmed()).isZero();
      assertThat(filter.sessions(5)).isEmpty();
    }
  }
}
