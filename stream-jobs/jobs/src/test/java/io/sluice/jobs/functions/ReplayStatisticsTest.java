package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Levels;
import io.sluice.jobs.time.Windows;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ReplayStatisticsTest {
  private static final ReplayKey REPLAY = new ReplayKey("file:1", "a1");
  private static final long ABANDON_MS = 1000;
  private static final Windows WINDOWS = new Windows(10_000, 0);

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
    try (var harness = harness(new Bounds(2, 2, 100, 200, 200, 100_000))) {
      harness.open();
      for (int i = 0; i < 20; i++) {
        request(harness, "a" + i, 1000, "h" + i % 5, "/" + i);
      }
      end(harness, 20);

      for (int seconds : new int[] {10, 60, 3600, 86_400}) {
        assertThat(hosts(harness))
            .filteredOn(row -> row.place().windowSeconds() == seconds)
            .extracting(row -> row.place().window().host(), row -> row.sums().requests)
            .containsExactlyInAnyOrder(
                tuple("h0", 4L),
                tuple("h1", 4L),
                tuple("{other}", 12L),
                tuple(WindowKey.ALL_HOSTS, 20L));
        assertThat(groups(harness))
            .filteredOn(row -> row.place().windowSeconds() == seconds)
            .filteredOn(row -> row.place().window().host().equals("h0"))
            .extracting(row -> row.group().path(), row -> row.sums().requests)
            .containsExactlyInAnyOrder(tuple("/0", 1L), tuple("/5", 1L), tuple("{other}", 2L));
      }
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  private static void expectWhole(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness) {
    List<Result> results = harness.extractOutputValues();
    assertThat(results.get(0)).isEqualTo(Result.cleared(Scope.replay(REPLAY)));
    assertThat(results.get(results.size() - 1).completed())
        .isEqualTo(new ReplayEnd(REPLAY, "f.pcap", 2));
    assertThat(groups(harness))
        .extracting(row -> row.place().run() + row.place().attempt())
        .containsOnly("file:1a1");
    assertThat(groups(harness))
        .extracting(
            row -> row.place().windowSeconds(),
            row -> row.place().window().startMs(),
            row -> row.sums().requests)
        .containsExactlyInAnyOrder(
            tuple(10, 0L, 1L),
            tuple(10, 90_000_000L, 1L),
            tuple(60, 0L, 1L),
            tuple(60, 90_000_000L, 1L),
            tuple(3600, 0L, 1L),
            tuple(3600, 90_000_000L, 1L),
            tuple(86_400, 0L, 1L),
            tuple(86_400, 86_400_000L, 1L));
    // Each window of the host, and of all hosts.
    assertThat(hosts(harness)).hasSize(16);
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  private static List<GroupRow> groups(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness) {
    return harness.extractOutputValues().stream()
        .map(Result::group)
        .filter(Objects::nonNull)
        .toList();
  }

  private static List<HostRow> hosts(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness) {
    return harness.extractOutputValues().stream()
        .map(Result::host)
        .filter(Objects::nonNull)
        .toList();
  }

  private static void request(
      KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness,
      String id,
      long timeMs,
      String host,
      String path)
      throws Exception {
    List<ReplayStep> steps =
        List.of(
            ReplayStep.partial(
                REPLAY, Samples.partial(WINDOWS, Samples.request(id, timeMs, host, path))),
            ReplayStep.counted(REPLAY, 1));
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
    return harness(Samples.BOUNDS);
  }

  private static KeyedOneInputStreamOperatorTestHarness<ReplayKey, ReplayStep, Result> harness(
      Bounds bounds) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new ReplayStatistics(new Levels(WINDOWS), bounds, ABANDON_MS)),
        ReplayStep::key,
        TypeInformation.of(ReplayKey.class));
  }
}
