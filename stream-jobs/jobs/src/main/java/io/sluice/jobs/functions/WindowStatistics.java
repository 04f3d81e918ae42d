package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.Statistics;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The rows of one host in one window. All are emitted when the watermark passes the window's end;
 * what comes after that within the lateness emits its row again, whole. Then everything is cleared.
 *
 * <p>Which values are beyond the bound depends on the order of arrival, which a restart may change.
 * So where there is an overflow, all rows are written anew in place of what the store has.
 */
public final class WindowStatistics extends KeyedProcessFunction<WindowKey, Partial, Result> {
  private static final long serialVersionUID = 1;

  private final Windows windows;
  private final Bounds bounds;

  private transient MapState<Group, Statistics> rows;
  private transient ValueState<Counts> counts;
  private transient Counter overflow;

  public WindowStatistics(Windows windows, Bounds bounds) {
    this.windows = windows;
    this.bounds = bounds;
  }

  @Override
  public void open(OpenContext context) {
    rows =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "rows", TypeInformation.of(Group.class), TypeInformation.of(Statistics.class)));
    counts =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("counts", TypeInformation.of(Counts.class)));
    overflow = JobMetrics.OVERFLOW.on(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processElement(Partial partial, Context context, Collector<Result> out)
      throws Exception {
    Counts known = counts.value();
    if (known == null) {
      known = new Counts();
      context
          .timerService()
          .registerEventTimeTimer(windows.lastMs(partial.row().window().startMs()));
      context
          .timerService()
          .registerEventTimeTimer(windows.forgetMs(partial.row().window().startMs()));
      counts.update(known);
    }
    Group group = partial.row().group();
    Statistics sum = rows.get(group);
    boolean firstOverflow = false;
    if (sum == null) {
      if (bounds.admit(known, group)) {
        counts.update(known);
      } else {
        overflow.inc(partial.statistics().requests);
        group = group.overflow();
        sum = rows.get(group);
        firstOverflow = !known.overflowed;
        if (firstOverflow) {
          known.overflowed = true;
          counts.update(known);
        }
      }
    }
    if (sum == null) {
      sum = partial.statistics();
    } else {
      sum.merge(partial.statistics());
    }
    rows.put(group, sum);
    if (known.fired && firstOverflow) {
      emitAll(partial.row().window(), true, out);
    } else if (known.fired) {
      out.collect(result(partial.row().window(), group, sum));
    }
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Result> out) throws Exception {
    WindowKey window = context.getCurrentKey();
    if (timeMs == windows.lastMs(window.startMs())) {
      Counts known = counts.value();
      emitAll(window, known.overflowed, out);
      known.fired = true;
      counts.update(known);
    }
    if (timeMs == windows.forgetMs(window.startMs())) {
      rows.clear();
      counts.clear();
    }
  }

  private void emitAll(WindowKey window, boolean anew, Collector<Result> out) throws Exception {
    if (anew) {
      out.collect(Result.cleared(Scope.live(window, windows.seconds())));
    }
    for (Map.Entry<Group, Statistics> row : rows.entries()) {
      out.collect(result(window, row.getKey(), row.getValue()));
    }
  }

  private Result result(WindowKey window, Group group, Statistics sum) {
    return Result.of(
        StatisticsRow.of(StatisticsRow.LIVE, "", window, windows.seconds(), group, sum));
  }
}
