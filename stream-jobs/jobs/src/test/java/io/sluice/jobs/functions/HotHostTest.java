package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.JobOptions;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that takes all of the traffic: every subtask adds up a part of it, then one the parts. */
class HotHostTest {
  private static final Windows WINDOWS = new Windows(10_000, 300_000);
  private static final int REQUESTS = 20_000;

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void isSpreadOverAllSubtasksAndMergedExactly(int parallelism) throws Exception {
    Bundle[] subtasks = new Bundle[parallelism];
    int[] requests = new int[parallelism];
    for (int i = 0; i < parallelism; i++) {
      subtasks[i] = new Bundle(WINDOWS, window -> window, Samples.BOUNDS.values());
    }
    for (int i = 0; i < REQUESTS; i++) {
      Request request = Samples.request("id-" + i, 1000, "hot", "/" + i % 3);
      int subtask =
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              Admission.place(WINDOWS, request), JobOptions.MAX_PARALLELISM, parallelism);
      subtasks[subtask].add(request);
      requests[subtask]++;
    }
    List<Partial> parts = new ArrayList<>();
    for (Bundle subtask : subtasks) {
      subtask.drain(parts::add);
    }

    // Whatever the rate, what crosses to the one subtask of the host is a part from each.
    assertThat(parts).hasSize(parallelism);
    for (int part : requests) {
      assertThat(part).isBetween(REQUESTS / parallelism / 2, REQUESTS / parallelism * 2);
    }
    try (var second =
        new KeyedOneInputStreamOperatorTestHarness<WindowKey, Partial, Result>(
            new Tallies.OfWindows(new WindowStatistics(WINDOWS, Samples.BOUNDS, true)),
            Partial::window,
            TypeInformation.of(WindowKey.class))) {
      second.open();
      for (Partial part : parts) {
        second.processElement(part, 0);
      }
      second.processWatermark(9_999);
      List<HostRow> rows =
          second.extractOutputValues().stream().map(Result::host).filter(Objects::nonNull).toList();
      assertThat(rows).extracting(row -> row.sums().requests).containsExactly((long) REQUESTS);
      assertThat(
              second.extractOutputValues().stream()
                  .filter(result -> result.group() != null)
                  .mapToLong(result -> result.group().sums().requests)
                  .sum())
          .isEqualTo(REQUESTS);
    }
  }
}
