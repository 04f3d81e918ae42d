package io.sluice.jobs.functions;

import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.time.Windows;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * The one place where a live event is admitted to its window, found to be a duplicate, or found to
 * be late. Keyed by event id.
 *
 * <p>Lateness is judged here, behind the exchange, where every subtask has the same watermark, and
 * against the highest watermark ever seen, restarts included. Flink forgets the watermark in a
 * restart; without this, an event of a window long forgotten would open it anew, and its row of one
 * request would replace the true one.
 */
public final class Admission extends KeyedProcessFunction<String, LiveRequest, Request>
    implements CheckpointedFunction, Tallying {
  private static final long serialVersionUID = 1;

  public static final OutputTag<RawRecord> LATE = Tags.of("late", RawRecord.class);

  private final Windows windows;
  private final long horizonMs;

  private transient ListState<Long> watermarks;
  private transient ValueState<Boolean> seen;
  private transient long watermark;
  private transient Counter late;
  private transient Counter duplicate;
  private transient Counter aggregated;
  private transient long[] tally;

  /**
   * @param horizonMs how long an id is remembered, by this machine's clock
   */
  public Admission(Windows windows, long horizonMs) {
    this.windows = windows;
    this.horizonMs = horizonMs;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    watermarks =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("watermark", Types.LONG));
    watermark = Long.MIN_VALUE;
    for (Long restored : watermarks.get()) {
      watermark = Math.max(watermark, restored);
    }
  }

  @Override
  public void open(OpenContext context) {
    ValueStateDescriptor<Boolean> descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(Duration.ofMillis(horizonMs))
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .cleanupIncrementally(10, false)
            .cleanupInRocksdbCompactFilter(1000)
            .build());
    seen = getRuntimeContext().getState(descriptor);
    var metrics = getRuntimeContext().getMetricGroup();
    late = JobMetrics.LATE.on(metrics);
    duplicate = JobMetrics.DUPLICATE.on(metrics);
    aggregated = JobMetrics.AGGREGATED.on(metrics);
    tally = LedgerCount.none();
  }

  @Override
  public long[] takeTally() {
    long[] taken = tally;
    tally = LedgerCount.none();
    return taken;
  }

  private void count(Counter counter, LedgerCount column) {
    counter.inc();
    tally[column.ordinal()]++;
  }

  /** Called by the operator for every watermark, whether an event follows or not. */
  void onWatermark(long timeMs) {
    watermark = Math.max(watermark, timeMs);
  }

  @Override
  public void processElement(LiveRequest live, Context context, Collector<Request> out)
      throws Exception {
    Request request = live.request();
    if (seen.value() != null) {
      count(duplicate, LedgerCount.DUPLICATE);
    } else if (windows.forgetMs(windows.start(request.timeMs())) <= watermark) {
      count(late, LedgerCount.LATE);
      seen.update(true);
      context.output(LATE, live.raw().because("late"));
    } else {
      count(aggregated, LedgerCount.AGGREGATED);
      seen.update(true);
      out.collect(request);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    watermarks.update(List.of(watermark));
  }
}
