package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.records.WindowState;
import io.sluice.jobs.time.Windows;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * The rows of one host, or of all hosts together, in one window. All are emitted when the watermark
 * passes the window's end; what comes after that within the lateness emits its rows again, whole.
 * Then everything is cleared.
 *
 * <p>An open window is added to in memory. State takes what has changed ahead of each checkpoint,
 * when the window has been emitted, and beyond a bound: the store on disk is asked once for a
 * window, not once for each row that comes.
 *
 * <p>What a longer window needs of this one leaves by {@link #PARTS}: everything at the window's
 * end, then each correction. So every request reaches each length of window once, and a day costs a
 * window's rows, not its requests.
 *
 * <p>Which groups are beyond the bound depends on the order of arrival, which a restart may change.
 * So where there is an overflow, all rows are written anew in place of what the store has.
 */
public final class WindowStatistics extends KeyedProcessFunction<WindowKey, Partial, Result>
    implements Tallying {
  private static final long serialVersionUID = 1;

  /** Parts for the next longer window. */
  public static final OutputTag<Partial> PARTS = Tags.of("parts", Partial.class);

  private final Windows windows;
  private final Bounds bounds;
  private final boolean isLedgers;

  private transient ValueState<WindowState> state;

  /** Some of what state has, or newer; the one used last is the last. */
  private transient LinkedHashMap<WindowKey, WindowRows> held;

  private transient int heldSize;
  private transient Counter overflow;
  private transient long[] tally;

  /**
   * @param isLedgers whether its overflow is the one that the ledger tells; longer windows count
   *     the same requests again
   */
  public WindowStatistics(Windows windows, Bounds bounds, boolean isLedgers) {
    this.windows = windows;
    this.bounds = bounds;
    this.isLedgers = isLedgers;
  }

  @Override
  public void open(OpenContext context) {
    state =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("window", TypeInformation.of(WindowState.class)));
    held = new LinkedHashMap<>(16, 0.75f, true);
    heldSize = 0;
    overflow = JobMetrics.OVERFLOW.on(getRuntimeContext().getMetricGroup());
    tally = LedgerCount.none();
  }

  @Override
  public long[] takeTally() {
    long[] taken = tally;
    tally = LedgerCount.none();
    return taken;
  }

  /**
   * Called by the operator ahead of a checkpoint.
   *
   * @param key makes the state that of a window
   */
  void keepChanged(Consumer<WindowKey> key) throws Exception {
    for (Map.Entry<WindowKey, WindowRows> entry : held.entrySet()) {
      keep(entry.getKey(), entry.getValue(), key);
    }
  }

  /**
   * Called by the operator behind each part: those that were used longest ago are left to state
   * alone.
   *
   * @param key makes the state that of a window
   */
  void keepBound(Consumer<WindowKey> key) throws Exception {
    while (heldSize > bounds.held() && held.size() > 1) {
      Map.Entry<WindowKey, WindowRows> oldest = held.entrySet().iterator().next();
      keep(oldest.getKey(), oldest.getValue(), key);
      drop(oldest.getKey());
    }
  }

  private void keep(WindowKey window, WindowRows rows, Consumer<WindowKey> key) throws Exception {
    if (rows.isChanged) {
      key.accept(window);
      state.update(rows.toState());
      rows.isChanged = false;
    }
  }

  /** Of the current key; null where there is nothing. */
  private WindowRows rows(WindowKey window) throws Exception {
    WindowRows rows = held.get(window);
    if (rows == null) {
      WindowState kept = state.value();
      if (kept != null) {
        rows = new WindowRows(kept);
        hold(window, rows);
      }
    }
    return rows;
  }

  private void hold(WindowKey window, WindowRows rows) {
    held.put(window, rows);
    heldSize += rows.size();
  }

  private void drop(WindowKey window) {
    WindowRows rows = held.remove(window);
    heldSize -= rows == null ? 0 : rows.size();
  }

  @Override
  public void processElement(Partial partial, Context context, Collector<Result> out)
      throws Exception {
    WindowKey window = context.getCurrentKey();
    WindowRows rows = rows(window);
    if (rows == null) {
      rows = new WindowRows();
      hold(window, rows);
      context.timerService().registerEventTimeTimer(windows.lastMs(window.startMs()));
      context.timerService().registerEventTimeTimer(windows.forgetMs(window.startMs()));
    }
    Counts so = rows.counts;
    if (so.fired) {
      context.output(PARTS, partial);
    }
    final boolean hadOverflowed = so.overflowed;
    heldSize -= rows.size();
    rows.isChanged = true;
    rows.host.merge(partial.host(), bounds.values(window));
    for (int i = 0; i < partial.groups().length; i++) {
      Group group = add(window, partial.groups()[i], partial.sums()[i], rows);
      if (so.fired && so.overflowed == hadOverflowed) {
        out.collect(row(window, group, rows.groups.get(group).copy()));
      }
    }
    heldSize += rows.size();
    if (so.fired && so.overflowed != hadOverflowed) {
      emitGroups(window, rows.toState(), true, out);
    }
    if (so.fired) {
      out.collect(Result.of(HostRow.of(place(window), rows.host)));
    }
  }

  /** Where it was added. */
  private Group add(WindowKey window, Group wanted, Sums sums, WindowRows rows) throws Exception {
    Group group = GroupTable.place(wanted, rows, rows.counts, bounds);
    if (window.isOfOther() || !group.equals(wanted)) {
      overflow.inc(sums.requests);
      tally[LedgerCount.OVERFLOWED.ordinal()] += isLedgers ? sums.requests : 0;
    }
    rows.groups.computeIfAbsent(group, g -> new Sums()).merge(sums);
    return group;
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Result> out) throws Exception {
    WindowKey window = context.getCurrentKey();
    if (timeMs == windows.lastMs(window.startMs())) {
      WindowRows rows = rows(window);
      // A correction is seldom: the window makes room for those that are open.
      drop(window);
      rows.counts.fired = true;
      WindowState last = rows.last();
      emitGroups(window, last, last.counts.overflowed, out);
      out.collect(Result.of(HostRow.of(place(window), last.host)));
      context.output(PARTS, new Partial(window, last.groups, last.sums, last.host));
      state.update(last);
    }
    if (timeMs == windows.forgetMs(window.startMs())) {
      drop(window);
      state.clear();
    }
  }

  private void emitGroups(WindowKey window, WindowState all, boolean anew, Collector<Result> out) {
    if (anew) {
      out.collect(Result.cleared(Scope.of(place(window))));
    }
    for (int i = 0; i < all.groups.length; i++) {
      out.collect(row(window, all.groups[i], all.sums[i]));
    }
  }

  private Result row(WindowKey window, Group group, Sums sums) {
    return Result.of(new GroupRow(place(window), group, sums));
  }

  private Place place(WindowKey window) {
    return Place.live(windows.seconds(), window);
  }
}
