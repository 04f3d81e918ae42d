package io.sluice.jobs.functions;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayProgress;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.Slot;
import io.sluice.jobs.records.SlotGroup;
import io.sluice.jobs.records.SlotState;
import io.sluice.jobs.records.SlotTemplate;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Levels;
import io.sluice.jobs.time.Windows;
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
 * The rows of one replayed file, all windows of all lengths at once and without a watermark: files
 * of any date, in any order, are never late. When its end has come and as many requests as it
 * announced, all rows are emitted, then the end. A replay that stays incomplete is forgotten after
 * a while, unseen.
 *
 * <p>Every row is an entry of its own, so that with a store on disk a large file needs no more
 * memory than a small one.
 */
public final class ReplayStatistics extends KeyedProcessFunction<ReplayKey, ReplayStep, Result> {
  private static final long serialVersionUID = 1;

  private final Levels levels;
  private final Bounds bounds;
  private final long abandonAfterMs;

  private transient MapState<SlotGroup, Sums> rows;
  private transient MapState<SlotTemplate, Integer> templates;
  private transient MapState<Slot, SlotState> slots;

  /** How many hosts a window has, by the slot of all hosts. */
  private transient MapState<Slot, Integer> hosts;

  private transient ValueState<ReplayProgress> progress;
  private transient Counter overflow;
  private transient Counter completed;
  private transient Counter abandoned;

  /**
   * @param abandonAfterMs from the first record of an attempt to its end, by this machine's clock
   */
  public ReplayStatistics(Levels levels, Bounds bounds, long abandonAfterMs) {
    this.levels = levels;
    this.bounds = bounds;
    this.abandonAfterMs = abandonAfterMs;
  }

  @Override
  public void open(OpenContext context) {
    rows =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "rows", TypeInformation.of(SlotGroup.class), TypeInformation.of(Sums.class)));
    templates =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "templates", TypeInformation.of(SlotTemplate.class), Types.INT));
    slots =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "slots", TypeInformation.of(Slot.class), TypeInformation.of(SlotState.class)));
    hosts =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("hosts", TypeInformation.of(Slot.class), Types.INT));
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
    Partial total = partial.ofAllHosts();
    for (Windows level : levels.all()) {
      long startMs = level.start(partial.window().startMs());
      addTo(new Slot(level.seconds(), total.within(startMs).window()), total);
      addTo(slot(level.seconds(), partial.within(startMs).window()), partial);
    }
  }

  /** The host's own, or that of the hosts beyond the bound. */
  private Slot slot(int seconds, WindowKey window) throws Exception {
    Slot slot = new Slot(seconds, window);
    if (slots.contains(slot)) {
      return slot;
    }
    Slot all = new Slot(seconds, new WindowKey(WindowKey.ALL_HOSTS, window.startMs()));
    Integer known = hosts.get(all);
    int count = known == null ? 0 : known;
    if (count == bounds.hosts()) {
      return new Slot(seconds, new WindowKey(Group.OTHER, window.startMs()));
    }
    hosts.put(all, count + 1);
    return slot;
  }

  private void addTo(Slot slot, Partial partial) throws Exception {
    SlotState state = slots.get(slot);
    if (state == null) {
      state = new SlotState();
    }
    state.statistics.merge(partial.host(), bounds.values(slot.window()));
    GroupTable.Known known = known(slot);
    for (int i = 0; i < partial.groups().length; i++) {
      Group wanted = partial.groups()[i];
      Group group = GroupTable.place(wanted, known, state.counts, bounds);
      if (slot.window().isOfOther() || !group.equals(wanted)) {
        overflow.inc(partial.sums()[i].requests);
      }
      SlotGroup row = new SlotGroup(slot, group);
      Sums sum = rows.get(row);
      if (sum == null) {
        sum = new Sums();
      }
      sum.merge(partial.sums()[i]);
      rows.put(row, sum);
    }
    slots.put(slot, state);
  }

  private GroupTable.Known known(Slot slot) {
    return new GroupTable.Known() {
      @Override
      public boolean hasGroup(Group group) throws Exception {
        return rows.contains(new SlotGroup(slot, group));
      }

      @Override
      public boolean hasTemplate(String template) throws Exception {
        return templates.contains(new SlotTemplate(slot, template));
      }

      @Override
      public void addTemplate(String template) throws Exception {
        templates.put(new SlotTemplate(slot, template), 1);
      }
    };
  }

  private void emit(ReplayKey replay, Collector<Result> out) throws Exception {
    // What an attempt before a restart has written may have met the bounds in another order.
    out.collect(Result.cleared(Scope.replay(replay)));
    for (Map.Entry<SlotGroup, Sums> entry : rows.entries()) {
      SlotGroup row = entry.getKey();
      out.collect(
          Result.of(new GroupRow(place(replay, row.slot()), row.group(), entry.getValue().copy())));
    }
    for (Map.Entry<Slot, SlotState> entry : slots.entries()) {
      out.collect(
          Result.of(HostRow.of(place(replay, entry.getKey()), entry.getValue().statistics)));
    }
  }

  private static Place place(ReplayKey replay, Slot slot) {
    return Place.of(replay, slot.windowSeconds(), slot.window());
  }

  @Override
  public void onTimer(long timeMs, OnTimerContext context, Collector<Result> out) throws Exception {
    abandoned.inc();
    clear();
  }

  private void clear() {
    rows.clear();
    templates.clear();
    slots.clear();
    hosts.clear();
    progress.clear();
  }
}
