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

      // One response row, two paths, one client; all before the watermark.
      assertThat(harness.extractOutputValues())
          .extracting(partial -> partial.statistics().requests)
          .containsExactlyInAnyOrder(100L, 50L, 50L, 100L);
      assertThat(List.copyOf(harness.getOutput()).get(4))
          .isInstanceOf(org.apache.flink.streaming.api.watermark.Watermark.class);
    }
  }

  @Test
  void handsOnBeforeTheBarrier() throws Exception {
    try (var harness = live(1000)) {
      harness.open();
      harness.processElement(Samples.request("a", 1000, "h", "/"), 1000);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues()).hasSize(3);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(harness.extractOutputValues()).hasSize(3);
    }
  }

  @Test
  void handsOnAtTheBoundAndAfterAWhile() throws Exception {
    try (var harness = live(7)) {
      harness.setProcessingTime(0);
      harness.open();
      for (int i = 0; i < 5; i++) {
        harness.processElement(Samples.request("a" + i, 1000, "h", "/" + i), 1000);
      }
      assertThat(harness.extractOutputValues()).hasSize(7);
      harness.processElement(Samples.request("b", 1000, "h", "/b"), 1000);
      harness.setProcessingTime(199);
      assertThat(harness.extractOutputValues()).hasSize(7);
      harness.setProcessingTime(200);
      assertThat(harness.extractOutputValues()).hasSize(10);
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
            new ReplayBundles(WINDOWS, 1000, 200))) {
      harness.open();
      harness.processElement(Incoming.replayed(REPLAY, Samples.request("a", 1000, "h", "/")), 0);
      harness.processElement(Incoming.replayed(REPLAY, Samples.request("b", 1000, "h", "/")), 0);
      harness.processElement(Incoming.replayEnd(new ReplayEnd(REPLAY, "f", 2)), 0);

      List<ReplayStep> steps = harness.extractOutputValues();
      assertThat(steps).hasSize(5);
      assertThat(steps.subList(0, 3)).allMatch(step -> step.partial().statistics().requests == 2);
      assertThat(steps.get(3)).isEqualTo(ReplayStep.counted(REPLAY, 2));
      assertThat(steps.get(4).end().events()).isEqualTo(2);
    }
  }

  private static OneInputStreamOperatorTestHarness<Request, Partial> live(int maxRows)
      throws Exception {
    return new OneInputStreamOperatorTestHarness<>(new LiveBundles(WINDOWS, 10_000, maxRows, 200));
  }
}
