package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.time.Windows;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Windows WINDOWS = new Windows(10_000, 300_000);
  private static final int MAX_IDS = 1000;
  private static final int MAX_PARALLELISM = 128;

  @Test
  void dropsADuplicateAsLongAsItCouldBeCounted() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(Samples.live("a", 1000), 1000);
      harness.processElement(Samples.live("a", 1000), 1000);
      harness.processElement(Samples.live("b", 1000), 1000);
      harness.processWatermark(9_999 + 300_000 - 1);
      harness.processElement(Samples.live("a", 1000), 1000);
      assertThat(harness.extractOutputValues())
          .containsExactly(request("a", 1000), request("b", 1000));

      harness.processWatermark(9_999 + 300_000);
      harness.processElement(Samples.live("a", 1000), 1000);
      assertThat(harness.extractOutputValues()).hasSize(2);
      assertThat(harness.getSideOutput(Admission.LATE)).hasSize(1);
    }
  }

  @Test
  void leavesNothingOfAForgottenWindow() throws Exception {
    try (var harness = harness()) {
      harness.open();
      for (int i = 0; i < 500; i++) {
        harness.processElement(Samples.live("id" + i, 1000), 1000);
      }
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.numKeyedStateEntries()).isPositive();
      assertThat(harness.numEventTimeTimers()).isPositive();

      harness.processWatermark(9_999 + 300_000);
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  @Test
  void forgetsTheOldestWindowBeyondTheBound() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(Samples.live("old", 1000), 1000);
      for (int i = 0; i < MAX_IDS; i++) {
        harness.processElement(Samples.live("new" + i, 11_000), 11_000);
      }
      harness.processElement(Samples.live("new0", 11_000), 11_000);
      assertThat(harness.extractOutputValues()).hasSize(1 + MAX_IDS);
      // The price: it is counted again.
      harness.processElement(Samples.live("old", 1000), 1000);
      assertThat(harness.extractOutputValues()).hasSize(2 + MAX_IDS);
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
          .containsExactly(request("in-time", 1000), request("next-window", 10_000));
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
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(Samples.live("a", 1000), 1000);

      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  @Test
  void remembersIdsWhenTheParallelismChanges() throws Exception {
    OperatorSubtaskState whole;
    try (var harness = harness()) {
      harness.open();
      for (int i = 0; i < 500; i++) {
        harness.processElement(Samples.live("id" + i, 1000), 1000);
        harness.processElement(Samples.live("id" + i, 11_000), 11_000);
      }
      harness.prepareSnapshotPreBarrier(1);
      whole = harness.snapshot(1, 1);
    }
    OperatorSubtaskState[] halves = new OperatorSubtaskState[2];
    for (int subtask = 0; subtask < 2; subtask++) {
      try (var harness = harness(2, subtask)) {
        harness.initializeState(part(whole, 1, 2, subtask));
        harness.open();
        sendOwn(harness, 2, subtask);
        assertThat(harness.extractOutputValues()).isEmpty();
        harness.prepareSnapshotPreBarrier(2);
        halves[subtask] = harness.snapshot(2, 2);
      }
    }
    try (var harness = harness()) {
      harness.initializeState(
          part(AbstractStreamOperatorTestHarness.repackageState(halves), 2, 1, 0));
      harness.open();
      sendOwn(harness, 1, 0);
      assertThat(harness.extractOutputValues()).isEmpty();
    }
  }

  private static OperatorSubtaskState part(
      OperatorSubtaskState state, int oldParallelism, int newParallelism, int subtask) {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        state, MAX_PARALLELISM, oldParallelism, newParallelism, subtask);
  }

  /** The same again, as far as the exchange sends it to this subtask. */
  private static void sendOwn(
      KeyedOneInputStreamOperatorTestHarness<Long, LiveRequest, Request> harness,
      int parallelism,
      int subtask)
      throws Exception {
    int sent = 0;
    for (long timeMs : new long[] {1000, 11_000}) {
      for (int i = 0; i < 500; i++) {
        LiveRequest live = Samples.live("id" + i, timeMs);
        long place = Admission.place(WINDOWS, live.request());
        if (KeyGroupRangeAssignment.assignKeyToParallelOperator(place, MAX_PARALLELISM, parallelism)
            == subtask) {
          harness.processElement(live, timeMs);
          sent++;
        }
      }
    }
    assertThat(sent).isGreaterThan(300);
  }

  private static KeyedOneInputStreamOperatorTestHarness<Long, LiveRequest, Request> harness()
      throws Exception {
    return harness(1, 0);
  }

  private static Request request(String id, long timeMs) {
    return Samples.live(id, timeMs).request();
  }

  private static KeyedOneInputStreamOperatorTestHarness<Long, LiveRequest, Request> harness(
      int parallelism, int subtask) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new Tallies.OfAdmission(new Admission(WINDOWS, MAX_IDS)),
        live -> Admission.place(WINDOWS, live.request()),
        Types.LONG,
        MAX_PARALLELISM,
        parallelism,
        subtask);
  }
}
