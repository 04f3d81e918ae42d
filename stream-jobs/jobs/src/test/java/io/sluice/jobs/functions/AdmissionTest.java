package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.time.Windows;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Windows WINDOWS = new Windows(10_000, 300_000);
  private static final long HORIZON_MS = 600_000;

  @Test
  void dropsADuplicateWithinTheHorizon() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.setStateTtlProcessingTime(0);
      harness.processElement(Samples.live("a", 1000), 1000);
      harness.processElement(Samples.live("a", 1000), 1000);
      harness.processElement(Samples.live("b", 1000), 1000);
      assertThat(harness.extractOutputValues()).extracting(Request::id).containsExactly("a", "b");

      harness.setStateTtlProcessingTime(HORIZON_MS + 1);
      harness.processElement(Samples.live("a", 1000), 1000);
      assertThat(harness.extractOutputValues()).hasSize(3);
    }
  }

  @Test
  void takesTheLastMomentAndSendsLaterOnesAway() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processWatermark(9_999 + 300_000 - 1);
      harness.processElement(Samples.live("in-time", 1000), 1000);
      harness.processWatermark(9_999 + 300_000);
      harness.processElement(Samples.live("late", 1000), 1000);
      harness.processElement(Samples.live("next-window", 10_000), 10_000);

      assertThat(harness.extractOutputValues())
          .extracting(Request::id)
          .containsExactly("in-time", "next-window");
      assertThat(harness.getSideOutput(Admission.LATE))
          .extracting(record -> record.getValue().reason())
          .containsExactly("late");
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.getSideOutput(Tallies.TAG))
          .extracting(record -> record.getValue())
          .containsExactly(new long[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0});
    }
  }

  @Test
  void remembersTheWatermarkAcrossARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processWatermark(9_999 + 300_000);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      // No watermark has come yet: only the state can tell.
      harness.processElement(Samples.live("late", 1000), 1000);

      assertThat(harness.extractOutputValues()).isEmpty();
      assertThat(harness.getSideOutput(Admission.LATE)).hasSize(1);
    }
  }

  @Test
  void remembersIdsAcrossARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(Samples.live("a", 1000), 1000);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(Samples.live("a", 1000), 1000);

      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, LiveRequest, Request> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new Tallies.OfAdmission(new Admission(WINDOWS, HORIZON_MS)),
        live -> live.request().id(),
        Types.STRING);
  }
}
