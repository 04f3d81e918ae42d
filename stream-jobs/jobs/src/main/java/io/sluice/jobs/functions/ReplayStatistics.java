package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayProgress;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Row;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.Statistics;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.records.WindowKey;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The rows of one replayed file, all windows at once and without a watermark: files of any date, in
 * any order, are never late. When its end has come and as many requests as it announced, all rows
 * are emitted, then the end. A replay that stays incomplete is forgotten after a while, unseen.
 *
 * <p>Every row is an entry of its own, so that with a store on disk a large file needs no more
 * memory than a small one.
 */
public final class ReplayStatistics extends KeyedProcessFunction<ReplayKey, ReplayStep, Result> {
  private static final long serialVersionUID = 1;

  private final int windowSeconds;
  private final Bounds bounds;
  private final long abandonAfterMs;

  private transient MapState<Row, Statistics> rows;
  private transient MapState<WindowKey, Counts> counts;

  /** By window start. */
  private transient MapState<Long, Integer> hosts;

  private transient ValueState<ReplayProgress> progress;
  private transient Counter overflow;
  private transient Counter completed;
  private transient Counter abandoned;

  /**
   * @param abandonAfterMs from the first record of an attempt to its end, by this machine's clock
   */
  public ReplayStatistics(int windowSeconds, Bounds bounds, long abandonAfterMs) {
    this.windowSeconds = windowSeconds;
    this.bounds = bounds;
    this.abandonAfterMs = abandonAfterMs;
  }

  @Override
  public void open(OpenContext context) {
    rows =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "rows", TypeInformation.of(Row.class), TypeInformation.of(Statistics.class)));
    counts =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "counts",
                    TypeInformation.of(WindowKey.class),
                    TypeInformation.of(Counts.class)));
    hosts =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("hosts", Types.LONG, Types.INT));
    progress =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>("progress", TypeInformation.of(ReplayProgress.class)));
    var metrics = getRuntimeContext().getMetricGroup();
    overflow = JobMetrics.OVERFLOW.on(metrics);
    completed = JobMetrics.REPLAYS_COMPLETED.on(metrics);
    abandoned = JobMetrics.REPLAYS_ABANDONED.on(metrics);
  }

  @Override
  public void processElement(ReplayStep step, Context context, Collector<Result> out)
      throws Exception {
    ReplayProgress so = progress.value();
    if (so == null) {
      so = new ReplayProgress();
      so.deadlineMs = context.timerService().currentProcessingTime() + abandonAfterMs;
      context.timerService().registerProcessingTimeTimer(so.deadlineMs);
      progress.update(so);
    }
    if (step.partial() != null) {
      add(step.partial());
    }
    if (step.end() != null) {
      so.end = step.end();
    }
    so.received += step.requests();
    if (so.end != null && so.received == so.end.events()) {
      emit(context.getCurrentKey(), out);
      out.collect(Result.completed(so.end));
      completed.inc();
      context.timerService().deleteProcessingTimeTimer(so.deadlineMs);
      clear();
    } else if (step.partial() == null) {
      progress.update(so);
    }
  }

  private void add(Partial partial) throws Exception {
    Row row = partial.row();
    Statistics sum = rows.get(row);
    if (sum == null) {
      row = place(row);
      if (!row.equals(partial.row())) {
        overflow.inc(partial.statistics().requests);
        sum = rows.get(row);
      }
    }
    if (sum == null) {
      sum = partial.statistics();
    } else {
      sum.merge(partial.statistics());
    }
    rows.put(row, sum);
  }

  /** Where a row goes that may be new: to its place, or to one that takes what is too much. */
  private Row place(Row wanted) throws Exception {
    WindowKey window = wanted.window();
    Counts known = counts.get(window);
    if (known == null) {
      Integer hostsThen = hosts.get(window.startMs());
      int hostsNow = hostsThen == null ? 0 : hostsThen;
      if (hostsNow < bounds.hosts()) {
        hosts.put(window.startMs(), hostsNow + 1);
        known = new Counts();
      } else {
        window = new WindowKey(Group.OTHER, window.startMs());
        known = counts.get(window);
        known = known == null ? new Counts() : known;
      }
    }
    Row row = new Row(window, wanted.group());
    if (rows.contains(row)) {
      return row;
    }
    if (!bounds.admit(known, wanted.group())) {
      return new Row(window, wanted.group().overflow());
    }
    counts.put(window, known);
    return row;
  }

  private void emit(ReplayKey replay, Collector<Result> out) throws Exception {
    // What an attempt before a restart has written may have met the bounds in another order.
    out.collect(Result.cleared(Scope.replay(replay)));
    for (Map.Entry<Row, Statistics> entry : rows.entries()) {
      Row row = entry.getKey();
      out.collect(
          Result.of(
              StatisticsRow.of(
                  replay.run(),
                  replay.attempt(),
                  row.window(),
                  windowSeconds,
                  row.group(),
                  entry.getValue())));
    }
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Result> out) throws Exception {
    abandoned.inc();
    clear();
  }

  private void clear() {
    rows.clear();
    counts.clear();
    hosts.clear();
    progress.clear();
  }
}
