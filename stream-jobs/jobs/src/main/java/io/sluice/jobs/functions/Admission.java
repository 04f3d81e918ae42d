package io.sluice.jobs.functions;

import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.time.Windows;
import java.util.Arrays;
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
  private static final int PARTS = 1 << Byte.SIZE;

  private final Windows windows;
  private final int maxIds;

  private transient ListState<Long> watermarks;
  private transient ListState<long[]> ids;
  private transient Consumer<Long> key;

  /** By the number of the window. */
  private transient Map<Long, OfWindow> known;

  /** The one that was asked for last: most events are of a few windows. */
  private transient OfWindow last;

  private transient int held;
  private transient long watermark;
  private transient Counter late;
  private transient Counter duplicate;
  private transient Counter aggregated;
  private transient Counter overBound;
  private transient long[] tally;

  private static final class OfWindow {
    final long number;
    final IdSet ids = new IdSet();

    /** The parts that have a timer. */
    final boolean[] parts = new boolean[PARTS];

    OfWindow(long number) {
      this.number = number;
    }
  }

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
    return windows.start(request.timeMs()) / windows.sizeMs() * PARTS + part(request.idHash());
  }

  private static int part(long idHash) {
    return (int) idHash & PARTS - 1;
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
    known = new HashMap<>();
    last = null;
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
    OfWindow window = window(place / PARTS);
    window.parts[(int) (place % PARTS)] = true;
    held -= window.ids.size();
    chunks.forEach(window.ids::restore);
    held += window.ids.size();
    forgetBeyondBound();
  }

  private OfWindow window(long number) {
    if (last == null || last.number != number) {
      last = known.computeIfAbsent(number, OfWindow::new);
    }
    return last;
  }

  private void forget(long number) {
    OfWindow gone = known.remove(number);
    held -= gone == null ? 0 : gone.ids.size();
    last = null;
  }

  /** Called by the operator ahead of a checkpoint. */
  void keepFresh() throws Exception {
    for (OfWindow window : known.values()) {
      if (!window.ids.hasFresh()) {
        continue;
      }
      long[] fresh = window.ids.takeFresh();
      // Those of one part stand together when their lowest byte is the highest.
      for (int i = 0; i < fresh.length; i++) {
        fresh[i] = Long.rotateRight(fresh[i], Byte.SIZE);
      }
      Arrays.sort(fresh);
      int from = 0;
      for (int to = 0; to < fresh.length; to++) {
        fresh[to] = Long.rotateLeft(fresh[to], Byte.SIZE);
        int part = part(fresh[to]);
        if (to + 1 == fresh.length || part(Long.rotateLeft(fresh[to + 1], Byte.SIZE)) != part) {
          key.accept(window.number * PARTS + part);
          ids.add(Arrays.copyOfRange(fresh, from, to + 1));
          from = to + 1;
        }
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
    long number = windows.start(request.timeMs()) / windows.sizeMs();
    OfWindow window = window(number);
    int part = part(request.idHash());
    if (!window.parts[part]) {
      window.parts[part] = true;
      key.accept(place(windows, request));
      context
          .timerService()
          .registerEventTimeTimer(windows.forgetMs(windows.start(request.timeMs())));
    }
    boolean isNew = window.ids.add(request.idHash());
    if (isNew) {
      held++;
      forgetBeyondBound();
    }
    return isNew;
  }

  private void forgetBeyondBound() {
    while (held > maxIds) {
      long oldest = Collections.min(known.keySet());
      overBound.inc(known.get(oldest).ids.size());
      forget(oldest);
    }
  }

  /** All parts of a window have the same time: with the first one its ids are forgotten. */
  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Request> out) {
    forget(context.getCurrentKey() / PARTS);
    ids.clear();
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    watermarks.update(List.of(watermark));
  }
}
