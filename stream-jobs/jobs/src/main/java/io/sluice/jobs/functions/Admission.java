package io.sluice.jobs.functions;

import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.time.Windows;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
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
 * be late. Keyed by {@link #place}: a window of events and a part of their ids.
 *
 * <p>Lateness is judged here, behind the exchange, where every subtask has the same watermark, and
 * against the highest watermark ever seen, restarts included. Flink forgets the watermark in a
 * restart; without this, an event of a window long forgotten would open it anew, and its row of one
 * request would replace the true one.
 *
 * <p>An id is remembered as long as an event with it could still be counted: until its window is
 * forgotten, however long that takes by the clock. Then it would be late. Ids are looked up in
 * memory; the state takes the new ones, once, ahead of each checkpoint.
 */
public final class Admission extends KeyedProcessFunction<Long, LiveRequest, Request>
    implements CheckpointedFunction, Tallying {
  private static final long serialVersionUID = 1;

  public static final OutputTag<RawRecord> LATE = Tags.of("late", RawRecord.class);

  static final ListStateDescriptor<long[]> IDS =
      new ListStateDescriptor<>("ids", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO);

  /** Parts of a window's ids: more than there are subtasks, so that each has about as many. */
  private static final int PARTS = 256;

  private final Windows windows;
  private final int maxIds;

  private transient ListState<Long> watermarks;
  private transient ListState<long[]> ids;
  private transient Map<Long, IdSet> sets;
  private transient Consumer<Long> key;
  private transient int held;
  private transient long watermark;
  private transient Counter late;
  private transient Counter duplicate;
  private transient Counter aggregated;
  private transient Counter overBound;
  private transient long[] tally;

  /**
   * @param maxIds bound of the ids in memory, per subtask; beyond it those of the oldest window are
   *     forgotten, and duplicates of them counted
   */
  public Admission(Windows windows, int maxIds) {
    this.windows = windows;
    this.maxIds = maxIds;
  }

  /** What an event's key is. */
  public static long place(Windows windows, Request request) {
    return windows.start(request.timeMs()) / windows.sizeMs() * PARTS
        + (request.idHash() & PARTS - 1);
  }

  private long startMs(long place) {
    return place / PARTS * windows.sizeMs();
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
    ids = getRuntimeContext().getListState(IDS);
    sets = new HashMap<>();
    held = 0;
    var metrics = getRuntimeContext().getMetricGroup();
    late = JobMetrics.LATE.on(metrics);
    duplicate = JobMetrics.DUPLICATE.on(metrics);
    aggregated = JobMetrics.AGGREGATED.on(metrics);
    overBound = JobMetrics.IDS_OVER_BOUND.on(metrics);
    tally = LedgerCount.none();
  }

  /**
   * Called by the operator, once and first.
   *
   * @param newKey makes the state and the timers those of a place
   */
  void start(Consumer<Long> newKey) {
    key = newKey;
  }

  /** Called by the operator for each key that it restores. */
  void restore(long place, Iterable<long[]> chunks) {
    IdSet set = sets.computeIfAbsent(place, p -> new IdSet());
    held -= set.size();
    chunks.forEach(set::restore);
    held += set.size();
    forgetBeyondBound();
  }

  /** Called by the operator ahead of a checkpoint. */
  void keepFresh() throws Exception {
    for (Map.Entry<Long, IdSet> entry : sets.entrySet()) {
      if (entry.getValue().hasFresh()) {
        key.accept(entry.getKey());
        ids.add(entry.getValue().takeFresh());
      }
    }
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
  public void processElement(LiveRequest live, Context context, Collector<Request> out) {
    Request request = live.request();
    if (windows.forgetMs(windows.start(request.timeMs())) <= watermark) {
      count(late, LedgerCount.LATE);
      context.output(LATE, live.raw().because("late"));
    } else if (isNew(request, context)) {
      count(aggregated, LedgerCount.AGGREGATED);
      out.collect(request);
    } else {
      count(duplicate, LedgerCount.DUPLICATE);
    }
  }

  private boolean isNew(Request request, Context context) {
    long place = place(windows, request);
    IdSet set = sets.get(place);
    if (set == null) {
      set = new IdSet();
      sets.put(place, set);
      key.accept(place);
      context.timerService().registerEventTimeTimer(windows.forgetMs(startMs(place)));
    }
    boolean isNew = set.add(request.idHash());
    if (isNew) {
      held++;
      forgetBeyondBound();
    }
    return isNew;
  }

  private void forgetBeyondBound() {
    while (held > maxIds) {
      long oldest = Collections.min(sets.keySet()) / PARTS;
      for (long place = oldest * PARTS; place < (oldest + 1) * PARTS; place++) {
        IdSet gone = sets.remove(place);
        if (gone != null) {
          held -= gone.size();
          overBound.inc(gone.size());
        }
      }
    }
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Request> out) {
    IdSet gone = sets.remove(context.getCurrentKey());
    held -= gone == null ? 0 : gone.size();
    ids.clear();
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    watermarks.update(List.of(watermark));
  }
}
