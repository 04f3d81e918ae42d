package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class WindowStatisticsTest {
  private static final Windows WINDOWS = new Windows(10_000, 300_000);

  @Test
  void emitsEveryRowAtTheEndOfTheWindow() throws Exception {
    try (var harness = harness(2000)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      add(harness, Samples.request("b", 9999, "h", "/2"));
      add(harness, Samples.request("c", 10_000, "h", "/1"));
      harness.processWatermark(9_998);
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.processWatermark(9_999);

      List<StatisticsRow> rows = rows(harness);
      assertThat(rows)
          .extracting(row -> row.group().dimension() + row.group().value(), StatisticsRow::requests)
          .containsExactlyInAnyOrder(
              tuple("0", 2L), tuple("1/1", 1L), tuple("1/2", 1L), tuple("210.0.0.1", 2L));
      StatisticsRow response =
          rows.stream().filter(row -> row.group().dimension() == Group.RESPONSE).findAny().get();
      assertThat(response.run()).isEqualTo("live");
      assertThat(response.window()).isEqualTo(new WindowKey("h", 0));
      assertThat(response.windowSeconds()).isEqualTo(10);
      assertThat(response.requestBytes()).isEqualTo(200);
      assertThat(response.responseBytes()).isEqualTo(2000);
      assertThat(response.latencyCount()).isEqualTo(2);
      assertThat(response.latencySumUs()).isEqualTo(2000);
      assertThat(response.sketch()).isNotEmpty();
    }
  }

  @Test
  void correctsARowWithinTheLatenessAndThenForgets() throws Exception {
    try (var harness = harness(2000)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      harness.processWatermark(9_999);
      assertThat(rows(harness)).hasSize(3);
      add(harness, Samples.request("b", 1000, "h", "/2"));

      assertThat(rows(harness).subList(3, 6))
          .extracting(StatisticsRow::requests)
          .containsExactlyInAnyOrder(2L, 1L, 2L);
      assertThat(harness.numEventTimeTimers()).isEqualTo(1);
      harness.processWatermark(9_999 + 300_000);
      assertThat(rows(harness)).hasSize(6);
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  @Test
  void opensALateWindowAndFiresItAtTheNextWatermark() throws Exception {
    try (var harness = harness(2000)) {
      harness.open();
      harness.processWatermark(100_000);
      add(harness, Samples.request("a", 1000, "h", "/1"));
      assertThat(rows(harness)).isEmpty();
      harness.processWatermark(100_001);
      assertThat(rows(harness)).hasSize(3);
    }
  }

  @Test
  void boundsTheValuesOfAWindow() throws Exception {
    try (var harness = harness(2)) {
      harness.open();
      for (int i = 0; i < 10; i++) {
        add(harness, Samples.request("a" + i, 1000, "h", "/" + i));
      }
      harness.processWatermark(9_999);

      assertThat(rows(harness))
          .filteredOn(row -> row.group().dimension() == Group.URL)
          .extracting(row -> row.group().value(), StatisticsRow::requests)
          .containsExactlyInAnyOrder(tuple("/0", 1L), tuple("/1", 1L), tuple("{other}", 8L));
    }
  }

  @Test
  void writesAWindowAnewOnceItHasOverflowed() throws Exception {
    try (var harness = harness(2)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      add(harness, Samples.request("b", 1000, "h", "/2"));
      harness.processWatermark(9_999);
      assertThat(harness.extractOutputValues()).hasSize(4).allMatch(r -> r.cleared() == null);
      add(harness, Samples.request("c", 1000, "h", "/3"));
      add(harness, Samples.request("d", 1000, "h", "/4"));

      List<Result> results = harness.extractOutputValues();
      int cleared = results.indexOf(Result.cleared(Scope.live(new WindowKey("h", 0), 10)));
      assertThat(cleared).isPositive();
      // All five rows follow: the response, two paths, the rest of them, the client.
      assertThat(results.subList(cleared + 1, cleared + 6))
          .extracting(result -> result.row().group().value())
          .containsExactlyInAnyOrder("", "/1", "/2", "{other}", "10.0.0.1");
      assertThat(results.subList(cleared + 1, results.size()))
          .allMatch(result -> result.cleared() == null);
    }
  }

  @Test
  void goesOnAfterARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(2000)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness(2000)) {
      harness.initializeState(state);
      harness.open();
      add(harness, Samples.request("b", 1000, "h", "/1"));
      harness.processWatermark(9_999);

      assertThat(rows(harness)).extracting(StatisticsRow::requests).containsExactly(2L, 2L, 2L);
    }
  }

  private static void add(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness, Request request) {
    Bundle bundle = new Bundle(WINDOWS, window -> window);
    bundle.add(request);
    bundle.drain((row, statistics) -> {
      try {
        harness.processElement(new Partial(row, statistics), request.timeMs());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
  }

  private static List<StatisticsRow> rows(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness) {
    return harness.extractOutputValues().stream()
        .map(Result::row)
        .filter(Objects::nonNull)
        .toList();
  }

  private static KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness(
      int values) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new WindowStatistics(WINDOWS, new Bounds(10_000, 100, values))),
        partial -> partial.row().window(),
        TypeInformation.of(WindowKey.class));
  }
}
