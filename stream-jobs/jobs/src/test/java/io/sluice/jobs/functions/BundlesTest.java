package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class BundlesTest {
  private static final Windows WINDOWS = new Windows(10_000, 300_000);
  private static final ReplayKey REPLAY = new ReplayKey("file:1", "a1");

  @Test
  void addsUpUntilTheWatermark() throws Exception {
    try (var harness = live(1000)) {
      harness.open();
      for (int i = 0; i < 100; i++) {
        harness.processElement(Samples.request("a" + i, 1000, "h", "/" + i % 2), 1000);
      }
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.processWatermark(5000);

      // No window closes: nothing needs to be there yet.
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.processWatermark(9_999);

      assertThat(harness.extractOutputValues()).hasSize(1);
      Partial partial = harness.extractOutputValues().get(0);
      assertThat(partial.window()).isEqualTo(new WindowKey("h", 0));
      assertThat(partial.sums()).extracting(sums -> sums.requests).containsExactly(50L, 50L);
      assertThat(partial.host().sums.requests).isEqualTo(100);
      List<Object> output = List.copyOf(harness.getOutput());
      assertThat(output.get(output.size() - 1))
          .isEqualTo(new org.apache.flink.streaming.api.watermark.Watermark(9_999));
    }
  }

  @Test
  void keepsTheWindowsThatStayOpen() throws Exception {
    try (var harness = live(1000)) {
      harness.open();
      harness.processElement(Samples.request("a", 1000, "h", "/"), 1000);
      harness.processElement(Samples.request("b", 11_000, "h", "/"), 11_000);
      harness.processWatermark(9_999);
      assertThat(harness.extractOutputValues())
          .extracting(Partial::window)
          .containsExactly(new WindowKey("h", 0));
      harness.processWatermark(19_999);
      assertThat(harness.extractOutputValues())
          .extracting(Partial::window)
          .containsExactly(new WindowKey("h", 0), new WindowKey("h", 10_000));
    }
  }

  @Test
  void handsOnBeforeTheBarrier() throws Exception {
    try (var harness = live(1000)) {
      harness.open();
      harness.processElement(Samples.request("a", 1000, "h", "/"), 1000);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues()).hasSize(1);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(harness.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void handsOnAtTheBoundAndAfterAWhile() throws Exception {
    // A request makes a row and a value in each of four rankings, another path one more and another
    // row: templates, methods and statuses are those of the rows.
    try (var harness = live(5 + 2)) {
      harness.setProcessingTime(0);
      harness.open();
      harness.processElement(Samples.request("a", 1000, "h", "/a"), 1000);
      harness.processElement(Samples.request("a", 1000, "h", "/a"), 1000);
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.processElement(Samples.request("b", 1000, "h", "/b"), 1000);
      assertThat(harness.extractOutputValues()).hasSize(1);
      harness.processElement(Samples.request("c", 1000, "h", "/c"), 1000);
      harness.setProcessingTime(199);
      assertThat(harness.extractOutputValues()).hasSize(1);
      harness.setProcessingTime(200);
      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void boundsTheHostsOfAWindow() {
    HostBound bound = new HostBound(2);
    assertThat(bound.place(new WindowKey("a", 0)).host()).isEqualTo("a");
    assertThat(bound.place(new WindowKey("b", 0)).host()).isEqualTo("b");
    assertThat(bound.place(new WindowKey("c", 0)).host()).isEqualTo("{other}");
    assertThat(bound.place(new WindowKey("a", 0)).host()).isEqualTo("a");
    assertThat(bound.place(new WindowKey("c", 10_000)).host()).isEqualTo("c");
    bound.forgetBefore(10_000);
    assertThat(bound.windows()).isEqualTo(1);
  }

  @Test
  void countsAReplayBehindItsRowsAndBeforeItsEnd() throws Exception {
    try (var harness =
        new OneInputStreamOperatorTestHarness<Incoming, ReplayStep>(
            new ReplayBundles(WINDOWS, Samples.BOUNDS, 1000, 200))) {
      harness.open();
      harness.processElement(Incoming.replayed(REPLAY, Samples.request("a", 1000, "h", "/")), 0);
      harness.processElement(Incoming.replayed(REPLAY, Samples.request("b", 1000, "h", "/")), 0);
      harness.processElement(Incoming.replayEnd(new ReplayEnd(REPLAY, "f", 2)), 0);

      List<ReplayStep> steps = harness.extractOutputValues();
      assertThat(steps).hasSize(3);
      assertThat(steps.get(0).partial().host().sums.requests).isEqualTo(2);
      assertThat(steps.get(1)).isEqualTo(ReplayStep.counted(REPLAY, 2));
      assertThat(steps.get(2).end().events()).isEqualTo(2);
    }
  }

  private static OneInputStreamOperatorTestHarness<Request, Partial> live(int maxRows)
      throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new LiveBundles(WINDOWS, Samples.BOUNDS, maxRows, 200));
  }
}
