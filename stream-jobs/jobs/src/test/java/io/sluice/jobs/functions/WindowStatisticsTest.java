package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowStatisticsTest {
  private static final Windows WINDOWS = new Windows(10_000, 300_000);
  private static final Windows MINUTE = new Windows(60_000, 300_000);

  @Test
  void emitsEveryRowAtTheEndOfTheWindow() throws Exception {
    try (var harness = harness(Samples.BOUNDS)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      add(harness, Samples.request("b", 9999, "h", "/2"));
      add(harness, Samples.request("c", 10_000, "h", "/1"));
      harness.processWatermark(9_998);
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.processWatermark(9_999);

      assertThat(groups(harness))
          .extracting(row -> row.group().path(), row -> row.sums().requests)
          .containsExactlyInAnyOrder(tuple("/1", 1L), tuple("/2", 1L));
      assertThat(hosts(harness)).hasSize(1);
      HostRow host = hosts(harness).get(0);
      assertThat(host.place()).isEqualTo(Place.live(10, new WindowKey("h", 0)));
      assertThat(host.sums().requests).isEqualTo(2);
      assertThat(host.sums().requestBytes).isEqualTo(200);
      assertThat(host.sums().responseBytes).isEqualTo(2000);
      assertThat(host.sums().latencyCount).isEqualTo(2);
      assertThat(host.sums().latencySumUs).isEqualTo(2000);
      assertThat(host.sums().durationSumUs).isEqualTo(4000);
      assertThat(host.latencySketch()).isNotEmpty();
      assertThat(host.clientSketch()).hasSize(4);
      Frequent paths = host.frequent()[Ranking.PATH.ordinal()];
      assertThat(paths.values).containsExactly("/1", "/2");
      assertThat(paths.counts).containsExactly(1, 1);
      assertThat(paths.error).isZero();
      Frequent statuses = host.frequent()[Ranking.STATUS.ordinal()];
      assertThat(statuses.values).containsExactly("200");
    }
  }

  @Test
  void correctsItsRowsWithinTheLatenessAndThenForgets() throws Exception {
    try (var harness = harness(Samples.BOUNDS)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      harness.processWatermark(9_999);
      assertThat(groups(harness)).hasSize(1);
      add(harness, Samples.request("b", 1000, "h", "/1"));
      add(harness, Samples.request("c", 1000, "h", "/2"));

      assertThat(groups(harness))
          .extracting(row -> row.group().path(), row -> row.sums().requests)
          .containsExactly(tuple("/1", 1L), tuple("/1", 2L), tuple("/2", 1L));
      assertThat(hosts(harness)).extracting(row -> row.sums().requests).containsExactly(1L, 2L, 3L);
      assertThat(harness.numEventTimeTimers()).isEqualTo(1);
      int before = harness.extractOutputValues().size();
      harness.processWatermark(9_999 + 300_000);
      assertThat(harness.extractOutputValues()).hasSize(before);
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  @Test
  void opensALateWindowAndFiresItAtTheNextWatermark() throws Exception {
    try (var harness = harness(Samples.BOUNDS)) {
      harness.open();
      harness.processWatermark(100_000);
      add(harness, Samples.request("a", 1000, "h", "/1"));
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.processWatermark(100_001);
      assertThat(groups(harness)).hasSize(1);
      assertThat(hosts(harness)).hasSize(1);
    }
  }

  /** Whatever is corrected, and when, a longer window gets each request once. */
  @Test
  void handsEachRequestToTheNextLevelOnce() throws Exception {
    try (var harness = harness(Samples.BOUNDS);
        var minute = harness(MINUTE, Samples.BOUNDS)) {
      harness.open();
      minute.open();
      for (int i = 0; i < 6; i++) {
        add(harness, Samples.request("a" + i, i * 10_000L, "h", "/" + i % 2));
        harness.processWatermark(i * 10_000L + 5000);
      }
      add(harness, Samples.request("correction", 1000, "h", "/0"));
      harness.processWatermark(59_999);
      forward(harness, minute, 0);
      minute.processWatermark(59_999);
      assertThat(hosts(minute)).extracting(row -> row.sums().requests).containsExactly(7L);
      assertThat(hosts(minute).get(0).place()).isEqualTo(Place.live(60, new WindowKey("h", 0)));
      assertThat(groups(minute))
          .extracting(row -> row.group().path(), row -> row.sums().requests)
          .containsExactlyInAnyOrder(tuple("/0", 4L), tuple("/1", 3L));

      int before = harness.getSideOutput(WindowStatistics.PARTS).size();
      add(harness, Samples.request("late", 30_000, "h", "/1"));
      forward(harness, minute, before);
      assertThat(hosts(minute)).extracting(row -> row.sums().requests).containsExactly(7L, 8L);
    }
  }

  @Test
  void putsAllHostsTogetherUnderTheirNames() {
    Partial total =
        Samples.partial(WINDOWS, Samples.request("a", 12_000, "h.example", "/1")).ofAllHosts();

    assertThat(total.window().isOfAllHosts()).isTrue();
    assertThat(total.window().startMs()).isEqualTo(10_000);
    assertThat(total.groups()).isEmpty();
    assertThat(total.host().frequent[Ranking.PATH.ordinal()].values).containsExactly("h.example/1");
    assertThat(total.host().frequent[Ranking.CLIENT.ordinal()].values).containsExactly("10.0.0.1");
  }

  @Test
  void boundsTemplatesRowsAndValues() throws Exception {
    try (var harness = harness(new Bounds(10_000, 2, 3, 2, 2, 100_000))) {
      harness.open();
      for (int i = 0; i < 10; i++) {
        add(harness, Samples.request("a" + i, 1000, "h", "/" + i));
      }
      harness.processWatermark(9_999);

      assertThat(groups(harness))
          .extracting(row -> row.group().path(), row -> row.sums().requests)
          .containsExactlyInAnyOrder(tuple("/0", 1L), tuple("/1", 1L), tuple("{other}", 8L));
      HostRow host = hosts(harness).get(0);
      assertThat(host.sums().requests).isEqualTo(10);
      Frequent paths = host.frequent()[Ranking.PATH.ordinal()];
      assertThat(paths.values.length).isLessThanOrEqualTo(2);
      assertThat(paths.error).isBetween(1L, 10L / 3);
      assertThat(((Tallying) userFunction(harness)).takeTally()[LedgerCount.OVERFLOWED.ordinal()])
          .isEqualTo(8);
    }
  }

  /** The stage before has put them together. */
  @Test
  void countsRequestsOfHostsBeyondTheBound() throws Exception {
    try (var harness = harness(Samples.BOUNDS)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "{other}", "/1"));
      add(harness, Samples.request("b", 1000, "{other}", "/2"));
      add(harness, Samples.request("c", 1000, "h", "/1"));

      assertThat(((Tallying) userFunction(harness)).takeTally()[LedgerCount.OVERFLOWED.ordinal()])
          .isEqualTo(2);
    }
  }

  @Test
  void boundsRowsOfManySensorsMethodsAndTemplates() throws Exception {
    try (var harness = harness(new Bounds(10_000, 100, 3, 200, 200, 100_000))) {
      harness.open();
      for (int i = 0; i < 10; i++) {
        add(harness, Samples.request("a" + i, 1000, "h", "/" + i));
      }
      harness.processWatermark(9_999);

      assertThat(groups(harness))
          .extracting(row -> row.group().sensor() + row.group().path(), row -> row.sums().requests)
          .containsExactlyInAnyOrder(
              tuple("s/0", 1L), tuple("s/1", 1L), tuple("s/2", 1L), tuple("{other}{other}", 7L));
    }
  }

  @Test
  void writesAWindowAnewOnceItHasOverflowed() throws Exception {
    try (var harness = harness(new Bounds(10_000, 2, 2000, 200, 200, 100_000))) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      add(harness, Samples.request("b", 1000, "h", "/2"));
      harness.processWatermark(9_999);
      assertThat(harness.extractOutputValues()).hasSize(3).allMatch(r -> r.cleared() == null);
      add(harness, Samples.request("c", 1000, "h", "/3"));
      add(harness, Samples.request("d", 1000, "h", "/4"));

      List<Result> results = harness.extractOutputValues();
      int cleared =
          results.indexOf(Result.cleared(Scope.of(Place.live(10, new WindowKey("h", 0)))));
      assertThat(cleared).isEqualTo(3);
      // All rows follow: two paths, the rest of them.
      assertThat(results.subList(cleared + 1, cleared + 4))
          .extracting(result -> result.group().group().path())
          .containsExactlyInAnyOrder("/1", "/2", "{other}");
      assertThat(results.subList(cleared + 1, results.size()))
          .allMatch(result -> result.cleared() == null);
      assertThat(groups(harness))
          .filteredOn(row -> row.group().path().equals("{other}"))
          .extracting(row -> row.sums().requests)
          .containsExactly(1L, 2L);
    }
  }

  @Test
  void goesOnAfterARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(Samples.BOUNDS)) {
      harness.open();
      add(harness, Samples.request("a", 1000, "h", "/1"));
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
      // What comes behind the barrier is not in the snapshot, and comes again.
      add(harness, Samples.request("b", 1000, "h", "/1"));
    }
    try (var harness = harness(Samples.BOUNDS)) {
      harness.initializeState(state);
      harness.open();
      add(harness, Samples.request("b", 1000, "h", "/1"));
      harness.processWatermark(9_999);

      assertThat(groups(harness)).extracting(row -> row.sums().requests).containsExactly(2L);
      assertThat(hosts(harness)).extracting(row -> row.sums().requests).containsExactly(2L);
    }
  }

  /** As many windows as there may be in memory, or one: the rows are the same. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 100_000})
  void holdsAsManyWindowsAsMayBe(int held) throws Exception {
    Bounds bounds = new Bounds(10_000, 500, 2000, 200, 1000, held);
    try (var harness = harness(bounds)) {
      harness.open();
      for (int i = 0; i < 600; i++) {
        add(harness, Samples.request("a" + i, i % 20 * 1000, "h" + i % 7, "/" + i % 3));
        if (i % 100 == 0) {
          harness.prepareSnapshotPreBarrier(i);
        }
      }
      harness.processWatermark(9_999);
      add(harness, Samples.request("b", 1000, "h0", "/0"));
      harness.processWatermark(19_999);
      add(harness, Samples.request("c", 1000, "h0", "/0"));

      Map<String, Long> last = new TreeMap<>();
      groups(harness)
          .forEach(row -> last.put(row.place() + " " + row.group(), row.sums().requests));
      assertThat(last).hasSize(2 * 7 * 3);
      assertThat(last.values().stream().mapToLong(n -> n).sum()).isEqualTo(602);
      harness.processWatermark(19_999 + 300_000);
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  private static Object userFunction(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness) {
    return ((Tallies.OfWindows) harness.getOperator()).getUserFunction();
  }

  private static void add(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness, Request request)
      throws Exception {
    harness.processElement(Samples.partial(WINDOWS, request), request.timeMs());
  }

  /** What has left the first for a longer window, from that one on. */
  private static void forward(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> from,
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> to,
      int first)
      throws Exception {
    List<StreamRecord<Partial>> parts = List.copyOf(from.getSideOutput(WindowStatistics.PARTS));
    for (StreamRecord<Partial> part : parts.subList(first, parts.size())) {
      to.processElement(part);
    }
  }

  private static List<GroupRow> groups(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness) {
    return harness.extractOutputValues().stream()
        .map(Result::group)
        .filter(Objects::nonNull)
        .toList();
  }

  private static List<HostRow> hosts(
      KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness) {
    return harness.extractOutputValues().stream()
        .map(Result::host)
        .filter(Objects::nonNull)
        .toList();
  }

  private static KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness(
      Bounds bounds) throws Exception {
    return harness(WINDOWS, bounds);
  }

  private static KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result> harness(
      Windows windows, Bounds bounds) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new Tallies.OfWindows(new WindowStatistics(windows, bounds, true)),
        part -> new WindowKey(part.window().host(), windows.start(part.window().startMs())),
        TypeInformation.of(WindowKey.class));
  }
}
