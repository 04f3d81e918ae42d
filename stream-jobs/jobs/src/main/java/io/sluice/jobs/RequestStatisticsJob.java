package io.sluice.jobs;

import io.sluice.jobs.functions.Admission;
import io.sluice.jobs.functions.Bounds;
import io.sluice.jobs.functions.Ledger;
import io.sluice.jobs.functions.LiveBundles;
import io.sluice.jobs.functions.ReplayBundles;
import io.sluice.jobs.functions.ReplayStatistics;
import io.sluice.jobs.functions.Router;
import io.sluice.jobs.functions.Tallies;
import io.sluice.jobs.functions.WindowStatistics;
import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Levels;
import io.sluice.jobs.time.WallClock;
import io.sluice.jobs.time.Windows;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Statistics of requests per window of 10 seconds, a minute, an hour and a day, from the request
 * topic to the statistics topic and the store.
 *
 * <pre>
 * source ─ router ┬ live ─ by part ─ admission ─ rows ─ by host ─ window ┬──────┬ minute ─ hour ─ day ┐
 *                 │                     └ late                          └ total┘                     │
 *                 ├ replayed ────────────────── rows ─ by run and attempt ─ replay ──────────────────┴ store, topic
 *                 └ malformed
 * </pre>
 *
 * What router, admission and windows have counted meets in the ledger.
 */
public final class RequestStatisticsJob implements Job {
  private final JobOptions options;

  public RequestStatisticsJob(JobOptions options) {
    this.options = options;
  }

  @Override
  public void build(StreamExecutionEnvironment env, Sources sources, Sinks sinks) {
    Levels levels = options.levels();
    SingleOutputStreamOperator<LiveRequest> live =
        named(
            sources
                .requests(env)
                .transform(
                    "router",
                    TypeInformation.of(LiveRequest.class),
                    new Tallies.OfRouter(
                        new Router(
                            options.maxAheadMs(),
                            options.eventTime().maxAheadMs(),
                            WallClock.SYSTEM))),
            "router");
    SingleOutputStreamOperator<Request> admitted =
        named(
            live.keyBy(
                    request -> Admission.place(levels.base(), request.request()),
                    TypeInformation.of(Long.class))
                .transform(
                    "admission",
                    TypeInformation.of(Request.class),
                    new Tallies.OfAdmission(new Admission(levels.base(), options.maxIds()))),
            "admission");

    SingleOutputStreamOperator<Partial> rows =
        named(
            admitted.transform(
                "rows",
                TypeInformation.of(Partial.class),
                new LiveBundles(
                    levels.base(), options.bounds(), options.bundleRows(), options.bundleWaitMs())),
            "rows");
    SingleOutputStreamOperator<Result> windows = windows(rows, levels.base(), true, "window");
    DataStream<Partial> parts = windows.getSideOutput(WindowStatistics.PARTS);
    SingleOutputStreamOperator<Result> totals =
        windows(
            named(parts.map(Partial::ofAllHosts).returns(Partial.class), "of-all-hosts"),
            levels.base(),
            false,
            "total");
    DataStream<Partial> wholes = totals.getSideOutput(WindowStatistics.PARTS);
    SingleOutputStreamOperator<Result> minutes =
        windows(parts.union(wholes), levels.minute(), false, "minute");
    SingleOutputStreamOperator<Result> hours =
        windows(minutes.getSideOutput(WindowStatistics.PARTS), levels.hour(), false, "hour");
    SingleOutputStreamOperator<Result> days =
        windows(hours.getSideOutput(WindowStatistics.PARTS), levels.day(), false, "day");

    SingleOutputStreamOperator<Result> ledger =
        named(
            live.getSideOutput(Tallies.TAG)
                .union(admitted.getSideOutput(Tallies.TAG), windows.getSideOutput(Tallies.TAG))
                .transform("ledger", TypeInformation.of(Result.class), new Ledger()),
            "ledger");
    ledger.forceNonParallel();

    SingleOutputStreamOperator<Result> replays = replays(live);
    sinks.store(windows.union(totals, minutes, hours, days, replays, ledger));
    int base = levels.base().seconds();
    sinks.statistics(
        named(
            windows.union(totals, replays).filter(result -> result.windowSeconds() == base),
            "windows-only"));
    sinks.late(admitted.getSideOutput(Admission.LATE).union(live.getSideOutput(Router.FUTURE)));
    sinks.malformed(live.getSideOutput(Router.MALFORMED));
  }

  private SingleOutputStreamOperator<Result> windows(
      DataStream<Partial> parts, Windows windows, boolean isLedgers, String name) {
    Bounds bounds = options.bounds();
    return named(
        parts
            .keyBy(
                part -> new WindowKey(part.window().host(), windows.start(part.window().startMs())),
                TypeInformation.of(WindowKey.class))
            .transform(
                name,
                TypeInformation.of(Result.class),
                new Tallies.OfWindows(new WindowStatistics(windows, bounds, isLedgers))),
        name);
  }

  private SingleOutputStreamOperator<Result> replays(SingleOutputStreamOperator<LiveRequest> live) {
    DataStream<Incoming> replayed = live.getSideOutput(Router.REPLAYS);
    return named(
        named(
                replayed.transform(
                    "replay-rows",
                    TypeInformation.of(ReplayStep.class),
                    new ReplayBundles(
                        options.levels().base(),
                        options.bounds(),
                        options.bundleRows(),
                        options.bundleWaitMs())),
                "replay-rows")
            .keyBy(ReplayStep::key, TypeInformation.of(ReplayKey.class))
            .process(
                new ReplayStatistics(options.levels(), options.bounds(), options.abandonAfterMs()))
            .returns(Result.class),
        "replay-statistics");
  }

  private static <T> SingleOutputStreamOperator<T> named(
      SingleOutputStreamOperator<T> operator, String name) {
    return operator.name(name).uid(name);
  }
}
