package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayProgress;
import io.sluice.jobs.records.ReplayRow;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Result;
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

  private transient MapState<ReplayRow, Statistics> rows;
  private transient MapState<WindowKey, Counts> counts;
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
                    "rows",
                    TypeInformation.of(ReplayRow.class),
                    TypeInformation.of(Statistics.class)));
    counts =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "counts",
                    TypeInformation.of(WindowKey.class),
                    TypeInformation.of(Counts.class)));
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
    }
    if (step.end() != null) {
      so.end = step.end();
    } else {
      add(step.partial());
      so.received += step.requests();
    }
    if (so.end != null && so.received == so.end.events()) {
      emit(context.getCurrentKey(), out);
      out.collect(Result.completed(so.end));
      completed.inc();
      context.timerService().deleteProcessingTimeTimer(so.deadlineMs);
      clear();
    } else {
      progress.update(so);
    }
  }

  private void add(Partial partial) throws Exception {
    ReplayRow row = new ReplayRow(partial.window(), partial.group());
    Statistics sum = rows.get(row);
    if (sum == null) {
      Counts known = counts.get(partial.window());
      if (known == null) {
        known = new Counts();
      }
      if (bounds.admit(known, partial.group())) {
        counts.put(partial.window(), known);
      } else {
        overflow.inc(partial.statistics().requests);
        row = new ReplayRow(partial.window(), partial.group().overflow());
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

  private void emit(ReplayKey replay, Collector<Result> out) throws Exception {
    for (Map.Entry<ReplayRow, Statistics> entry : rows.entries()) {
      ReplayRow row = entry.getKey();
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
    progress.clear();
  }
}
