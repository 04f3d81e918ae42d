package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.FrameFlood;
import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.testing.Talk;
import io.sluice.kernelfilter.FilterOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A map of a million sessions is walked, and then emptied, again and again while traffic runs: the
 * capture does not notice.
 */
class SweepUnderTrafficIT {
  private static final int RESIDENT = 1_000_000;

  /** The ring may lose some of what fills the map, but not of what it is filled with. */
  private static final int PER_SECOND = 150_000;

  private static final long FILLING_NS = RESIDENT * 1_000_000_000L / PER_SECOND;

  /** Long enough for sweeps that find all of them and remove none. */
  private static final Duration IDLE = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int FIRST_PORT = 5_000;
  private static final int LAST_PORT = 65_000;
  private static final String TARGET = "/meanwhile/";

  /** Answered requests, by target. */
  private final ConcurrentMap<String, AtomicInteger> answered = new ConcurrentHashMap<>();

  @Test
  void nothingIsLostWhileAMillionSessionsAreSwept() throws Exception {
    FilterOptions filter =
        FilterOptions.defaults()
            .withSessions(RESIDENT + RESIDENT / 10, 65_536)
            .withIdleTimeout(IDLE);
    try (Wire wire = Wire.make();
        FrameFlood flood = FrameFlood.open(wire.clientNamespace(), Wire.INTERFACE);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE);
        LiveCapture capture = LiveCapture.open(options(wire, filter), this::onEvent)) {
      capture.start();
      flood.run(PER_SECOND, FILLING_NS);
      JsonNode filled = awaitRead(capture, flood.sent());
      long inserted = filled.at("/counters/kernel/SESSION_INSERTED").asLong();
      // Of the rest the processor's queue was full; what the ring lost has its entry all the same.
      assertThat(inserted).isGreaterThan(RESIDENT * 9L / 10);

      Sweeper sweeper = new Sweeper(capture);
      Thread sweeping = Thread.ofPlatform().name("sweeping").start(sweeper);
      int sent = 0;
      try {
        while (sweeping.isAlive() && FIRST_PORT + sent < LAST_PORT) {
          exchange(sender, sent++);
          Thread.sleep(2);
        }
      } finally {
        sweeping.join();
      }
      assertThat(sweeper.failure).isNull();
      // Not everything that was entered: the kernel may take a used entry before the map is full.
      assertThat(sweeper.first).isGreaterThan(inserted * 9 / 10);
      JsonNode swept = awaitRead(capture, flood.sent() + framesOf(sent));
      capture.stop();
      assertThat(capture.failure()).isNull();
      assertThat(swept.at("/counters/sweep/SWEPT_UNCONFIRMED").asLong())
          .isGreaterThan(inserted * 9 / 10);
      assertThat(swept.at("/counters/sweep/SWEEPS_FAILED").asLong(-1)).isZero();

      assertThat(dropped(swept)).isEqualTo(dropped(filled));
      assertThat(swept.at("/counters/interface/INTERFACE_DROPPED").asLong())
          .isEqualTo(filled.at("/counters/interface/INTERFACE_DROPPED").asLong());
      assertThat(answered).hasSize(sent);
      assertThat(answered.values()).allMatch(times -> times.get() == 1);
      System.out.printf(
          "%,d sessions found by the first of %d sweeps, the longest %d ms; %,d exchanges in the"
              + " meantime, no frame lost (%,d of those that filled the map)%n",
          sweeper.first,
          sweeper.count,
          swept.at("/sessions/longest_sweep_us").asLong() / 1000,
          sent,
          dropped(filled));
    }
  }

  /** Sweeps without a pause, until those that filled the map are gone. */
  private static final class Sweeper implements Runnable {
    private final LiveCapture capture;
    private long first;
    private int count;
    private String failure;

    Sweeper(LiveCapture capture) {
      this.capture = capture;
    }

    @Override
    public void run() {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      long left;
      do {
        capture.sweep();
        count++;
        JsonNode status = status(capture);
        left = status.at("/sessions/unconfirmed").asLong();
        if (count == 1) {
          first = left + status.at("/counters/sweep/SWEPT_UNCONFIRMED").asLong();
        }
        if (System.nanoTime() - deadline > 0) {
          failure = "sessions are not swept: " + status;
          return;
        }
      } while (left > RESIDENT / 100);
    }
  }

  private void onEvent(RequestEvent event) {
    if (event.request() != null
        && event.request().target().startsWith(TARGET)
        && event.response() != null) {
      answered
          .computeIfAbsent(event.request().target(), target -> new AtomicInteger())
          .incrementAndGet();
    }
  }

  private static void exchange(FrameSender sender, int number) {
    talk(number).packets().forEach(packet -> sender.send(packet.frame()));
  }

  private static long framesOf(int exchanges) {
    return (long) exchanges * talk(0).packets().size();
  }

  /** A connection of its own. */
  private static Talk talk(int number) {
    return Talk.open(FIRST_PORT + number, 1000, 5000)
        .client("GET " + TARGET + number + " HTTP/1.1\r\nHost: a.example\r\n\r\n")
        .server("HTTP/1.1 204 No Content\r\n\r\n");
  }

  private static LiveOptions options(Wire wire, FilterOptions filter) {
    return new LiveOptions(
        List.of(Wire.INTERFACE),
        wire.serverNamespace(),
        1,
        true,
        RingOptions.DEFAULT,
        filter,
        PipelineOptions.defaults());
  }

  /** Waits until so many frames were seen, or lost before the filter, and the ring is empty. */
  private static JsonNode awaitRead(LiveCapture capture, long frames) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode status = status(capture);
    while (status.at("/counters/kernel/SEEN").asLong()
                + status.at("/counters/interface/INTERFACE_DROPPED").asLong()
            < frames
        || status.at("/ledger/ring/in_ring").asLong() > 0) {
      assertThat(System.nanoTime() - deadline).as("%d frames: %s", frames, status).isNegative();
      Thread.sleep(20);
      status = status(capture);
    }
    // The first counters of that one may be older than its last.
    return status(capture);
  }

  private static long dropped(JsonNode status) {
    return status.at("/ledger/ring/dropped").asLong(-1);
  }

  private static JsonNode status(LiveCapture capture) {
    StatusReport report = new StatusReport("", "", "", 0);
    capture.report(report);
    return report.toJson();
  }
}
