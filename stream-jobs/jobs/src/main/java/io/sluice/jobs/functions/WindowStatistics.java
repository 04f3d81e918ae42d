package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.HostStatistics;
import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.ArrayList;
import java.util.List;
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
import org.apache.flink.util.OutputTag;

/**
 * The rows of one host, or of all hosts together, in one window. All are emitted when the watermark
 * passes the window's end; what comes after that within the lateness emits its rows again, whole.
 * Then everything is cleared.
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

  private static final Group[] NO_GROUPS = {};
  private static final Sums[] NO_SUMS = {};

  private final Windows windows;
  private final Bounds bounds;
  private final boolean isLedgers;

  private transient MapState<Group, Sums> groups;
  private transient MapState<String, Integer> templates;
  private transient ValueState<HostStatistics> host;
  private transient ValueState<Counts> counts;
  private transient GroupTable.Known known;
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
    groups =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "groups", TypeInformation.of(Group.class), TypeInformation.of(Sums.class)));
    templates =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("templates", Types.STRING, Types.INT));
    host =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("host", TypeInformation.of(HostStatistics.class)));
    counts =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("counts", TypeInformation.of(Counts.class)));
    known =
        new GroupTable.Known() {
          @Override
          public boolean hasGroup(Group group) throws Exception {
            return groups.contains(group);
          }

          @Override
          public boolean hasTemplate(String template) throws Exception {
            return templates.contains(template);
          }

          @Override
          public void addTemplate(String template) throws Exception {
            templates.put(template, 1);
          }
        };
    overflow = JobMetrics.OVERFLOW.on(getRuntimeContext().getMetricGroup());
    tally = LedgerCount.none();
  }

  @Override
  public long[] takeTally() {
    long[] taken = tally;
    tally = LedgerCount.none();
    return taken;
  }

  @Override
  public void processElement(Partial partial, Context context, Collector<Result> out)
      throws Exception {
    WindowKey window = context.getCurrentKey();
    Counts so = counts.value();
    if (so == null) {
      so = new Counts();
      context.timerService().registerEventTimeTimer(windows.lastMs(window.startMs()));
      context.timerService().registerEventTimeTimer(windows.forgetMs(window.startMs()));
    }
    if (so.fired) {
      context.output(PARTS, partial);
    }
    final boolean hadOverflowed = so.overflowed;
    HostStatistics all = host.value();
    if (all == null) {
      all = new HostStatistics();
    }
    all.merge(partial.host(), bounds.values(window));
    host.update(all);
    for (int i = 0; i < partial.groups().length; i++) {
      Group group = add(partial.groups()[i], partial.sums()[i], so);
      if (so.fired && so.overflowed == hadOverflowed) {
        out.collect(row(window, group, groups.get(group)));
      }
    }
    counts.update(so);
    if (so.fired && so.overflowed != hadOverflowed) {
      emitGroups(window, true, out);
    }
    if (so.fired) {
      out.collect(Result.of(HostRow.of(place(window), all)));
    }
  }

  /** Where it was added. */
  private Group add(Group wanted, Sums sums, Counts so) throws Exception {
    Group group = GroupTable.place(wanted, known, so, bounds);
    if (!group.equals(wanted)) {
      overflow.inc(sums.requests);
      tally[LedgerCount.OVERFLOWED.ordinal()] += isLedgers ? sums.requests : 0;
    }
    Sums sum = groups.get(group);
    if (sum == null) {
      sum = sums.copy();
    } else {
      sum.merge(sums);
    }
    groups.put(group, sum);
    return group;
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Result> out) throws Exception {
    WindowKey window = context.getCurrentKey();
    if (timeMs == windows.lastMs(window.startMs())) {
      Counts so = counts.value();
      emitGroups(window, so.overflowed, out);
      out.collect(Result.of(HostRow.of(place(window), host.value())));
      context.output(PARTS, whole(window));
      so.fired = true;
      counts.update(so);
    }
    if (timeMs == windows.forgetMs(window.startMs())) {
      groups.clear();
      templates.clear();
      host.clear();
      counts.clear();
    }
  }

  private Partial whole(WindowKey window) throws Exception {
    List<Group> keys = new ArrayList<>();
    List<Sums> sums = new ArrayList<>();
    for (Map.Entry<Group, Sums> entry : groups.entries()) {
      keys.add(entry.getKey());
      sums.add(entry.getValue());
    }
    return new Partial(window, keys.toArray(NO_GROUPS), sums.toArray(NO_SUMS), host.value());
  }

  private void emitGroups(WindowKey window, boolean anew, Collector<Result> out) throws Exception {
    if (anew) {
      out.collect(Result.cleared(Scope.of(place(window))));
    }
    for (Map.Entry<Group, Sums> entry : groups.entries()) {
      out.collect(row(window, entry.getKey(), entry.getValue()));
    }
  }

  private Result row(WindowKey window, Group group, Sums sums) {
    return Result.of(new GroupRow(place(window), group, sums.copy()));
  }

  private Place place(WindowKey window) {
    return Place.live(windows.seconds(), window);
  }
}
