package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.time.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
      request(harness, "a", 1000, "h", "/1");
      request(harness, "b", 90_000_000, "h", "/1");
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
      request(harness, "b", 90_000_000, "h", "/1");
      request(harness, "a", 1000, "h", "/1");

      expectWhole(harness);
    }
  }

  @Test
  void completesAFileWithoutRequests() throws Exception {
    try (var harness = harness()) {
      harness.open();
      end(harness, 0);

      assertThat(harness.extractOutputValues())
          .containsExactly(
              Result.cleared(Scope.replay(REPLAY)),
              Result.completed(new ReplayEnd(REPLAY, "f.pcap", 0)));
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void forgetsAReplayThatStaysIncomplete() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(0);
      harness.open();
      request(harness, "a", 1000, "h", "/1");
      end(harness, 2);
      harness.setProcessingTime(ABANDON_MS);

      assertThat(harness.extractOutputValues()).isEmpty();
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void boundsHostsAndValues() throws Exception {
    try (var harness = harness(2, 2)) {
      harness.open();
      for (int i = 0; i < 20; i++) {
        request(harness, "a" + i, 1000, "h" + i % 5, "/" + i);
      }
      end(harness, 20);

      List<StatisticsRow> rows =
          harness.extractOutputValues().stream().map(Result::row).filter(Objects::nonNull).toList();
      assertThat(rows)
          .filteredOn(row -> row.group().dimension() == Group.RESPONSE)
          .extracting(row -> row.window().host(), StatisticsRow::requests)
          .containsExactlyInAnyOrder(tuple("h0", 4L), tuple("h1", 4L), tuple("{other}", 12L));
      assertThat(rows)
          .filteredOn(row -> row.group().dimension() == Group.URL)
          .filteredOn(row -> row.window().host().equals("h0"))
          .extracting(row -> row.group().value(), StatisticsRow::requests)
          .containsExactlyInAnyOrder(tuple("/0", 1L), tuple("/5", 1L), tuple("{other}", 2L));
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  private static void expectWhole(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness) {
    List<Result> results = harness.extractOutputValues();
    assertThat(results).hasSize(8);
    assertThat(results.get(0)).isEqualTo(Result.cleared(Scope.replay(REPLAY)));
    assertThat(results.get(7).completed()).isEqualTo(new ReplayEnd(REPLAY, "f.pcap", 2));
    List<StatisticsRow> rows = results.subList(1, 7).stream().map(Result::row).toList();
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
      String host,
      String path)
      throws Exception {
    Bundle bundle = new Bundle(new Windows(10_000, 0), window -> window);
    bundle.add(Samples.request(id, timeMs, host, path));
    List<ReplayStep> steps = new ArrayList<>();
    bundle.drain(
        (row, statistics) -> steps.add(ReplayStep.partial(REPLAY, new Partial(row, statistics))));
    steps.add(ReplayStep.counted(REPLAY, 1));
    for (ReplayStep step : steps) {
      harness.processElement(step, 0);
    }
  }

  private static void end(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness, long events)
      throws Exception {
    harness.processElement(ReplayStep.end(new ReplayEnd(REPLAY, "f.pcap", events)), 0);
  }

  private static KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness()
      throws Exception {
    return harness(10_000, 2000);
  }

  private static KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness(
      int hosts, int values) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(
            new ReplayStatistics(10, new Bounds(hosts, 100, values), ABANDON_MS)),
        ReplayStep::key,
        TypeInformation.of(ReplayKey.class));
  }
}
