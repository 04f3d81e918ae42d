package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.time.Windows;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ReplayStatisticsTest {
  private static final ReplayKey REPLAY = new ReplayKey("file:1", "a1");
  private static final long ABANDON_MS = 1000;

  @Test
  void emitsAllRowsThenTheEndWhenTheEndComesLast() throws Exception {
    try (var harness = harness()) {
      harness.open();
      request(harness, "a", 1000, "/1");
      request(harness, "b", 90_000_000, "/1");
      assertThat(harness.extractOutputValues()).isEmpty();
      end(harness, 2);

      expectWhole(harness);
    }
  }

  @Test
  void emitsAllRowsThenTheEndWhenARequestComesLast() throws Exception {
    try (var harness = harness()) {
      harness.open();
      end(harness, 2);
      request(harness, "b", 90_000_000, "/1");
      request(harness, "a", 1000, "/1");

      expectWhole(harness);
    }
  }

  @Test
  void completesAFileWithoutRequests() throws Exception {
    try (var harness = harness()) {
      harness.open();
      end(harness, 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(Result.completed(new ReplayEnd(REPLAY, "f.pcap", 0)));
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void forgetsAReplayThatStaysIncomplete() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(0);
      harness.open();
      request(harness, "a", 1000, "/1");
      end(harness, 2);
      harness.setProcessingTime(ABANDON_MS);

      assertThat(harness.extractOutputValues()).isEmpty();
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  private static void expectWhole(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness) {
    List<Result> results = harness.extractOutputValues();
    assertThat(results).hasSize(7);
    assertThat(results.get(6).completed()).isEqualTo(new ReplayEnd(REPLAY, "f.pcap", 2));
    List<StatisticsRow> rows = results.subList(0, 6).stream().map(Result::row).toList();
    assertThat(rows).extracting(StatisticsRow::run).containsOnly("file:1");
    assertThat(rows).extracting(StatisticsRow::attempt).containsOnly("a1");
    assertThat(rows).extracting(row -> row.window().startMs()).containsOnly(0L, 90_000_000L);
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  private static void request(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness,
      String id,
      long timeMs,
      String path)
      throws Exception {
    send(harness, Incoming.replayed(REPLAY, Samples.request(id, timeMs, "h", path)));
  }

  private static void end(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness, long events)
      throws Exception {
    send(harness, Incoming.replayEnd(new ReplayEnd(REPLAY, "f.pcap", events)));
  }

  private static void send(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness,
      Incoming record)
      throws Exception {
    List<ReplayStep> steps = new java.util.ArrayList<>();
    new Expand.Replayed(new Windows(10_000, 0)).flatMap(record, new ListCollector<>(steps));
    for (ReplayStep step : steps) {
      harness.processElement(step, 0);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new ReplayStatistics(10, new Bounds(100, 2000), ABANDON_MS)),
        ReplayStep::key,
        TypeInformation.of(ReplayKey.class));
  }
}
