package io.sluice.jobs;

import io.sluice.jobs.functions.Admission;
import io.sluice.jobs.functions.AdmissionOperator;
import io.sluice.jobs.functions.LiveBundles;
import io.sluice.jobs.functions.ReplayBundles;
import io.sluice.jobs.functions.ReplayStatistics;
import io.sluice.jobs.functions.Router;
import io.sluice.jobs.functions.WindowStatistics;
import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.StatisticsRow;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.WallClock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Statistics of requests per host and window, from the request topic to the statistics topic and
 * the store.
 *
 * <pre>
 * source ─ router ┬ live ───── by id ─ admission ─ rows ─ by host and window ─ window ┐
 *                 ├ replayed ───────────────────── rows ─ by run and attempt ─ replay ┴ store, topic
 *                 └ malformed                └ late
 * </pre>
 *
 * Run with {@code --config FILE} and {@code --KEY VALUE} for single settings ({@link JobOptions}).
 */
public final class RequestStatisticsJob {

  private RequestStatisticsJob() {}

  public static void main(String[] args) throws Exception {
    JobOptions options = JobOptions.parse(args);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(options.flink());
    build(env, options, new KafkaSources(options), new KafkaSinks(options));
    env.execute("request-statistics");
  }

  /** The wiring. Changing a uid or the maximal parallelism makes earlier savepoints useless. */
  public static void build(
      StreamExecutionEnvironment env, JobOptions options, Sources sources, Sinks sinks) {
    env.configure(options.flink());
    env.setMaxParallelism(JobOptions.MAX_PARALLELISM);

    SingleOutputStreamOperator<LiveRequest> live =
        named(
            sources
                .requests(env)
                .process(new Router(options.maxAheadMs(), WallClock.SYSTEM))
                .returns(LiveRequest.class),
            "router");

    SingleOutputStreamOperator<Request> admitted =
        named(
            live.keyBy(request -> request.request().id(), TypeInformation.of(String.class))
                .transform(
                    "admission",
                    TypeInformation.of(Request.class),
                    new AdmissionOperator(
                        new Admission(options.windows(), options.duplicateHorizonMs()))),
            "admission");

    SingleOutputStreamOperator<Result> windows =
        named(
            named(
                    admitted.transform(
                        "rows",
                        TypeInformation.of(Partial.class),
                        new LiveBundles(
                            options.windows(),
                            options.bounds().hosts(),
                            options.bundleRows(),
                            options.bundleWaitMs())),
                    "rows")
                .keyBy(partial -> partial.row().window(), TypeInformation.of(WindowKey.class))
                .process(new WindowStatistics(options.windows(), options.bounds()))
                .returns(Result.class),
            "window-statistics");

    DataStream<Incoming> replayed = live.getSideOutput(Router.REPLAYS);
    SingleOutputStreamOperator<Result> replays =
        named(
            named(
                    replayed.transform(
                        "replay-rows",
                        TypeInformation.of(ReplayStep.class),
                        new ReplayBundles(
                            options.windows(), options.bundleRows(), options.bundleWaitMs())),
                    "replay-rows")
                .keyBy(ReplayStep::key, TypeInformation.of(ReplayKey.class))
                .process(
                    new ReplayStatistics(
                        options.windows().seconds(), options.bounds(), options.abandonAfterMs()))
                .returns(Result.class),
            "replay-statistics");

    DataStream<Result> results = windows.union(replays);
    sinks.store(results);
    sinks.statistics(
        named(
            named(results.filter(result -> result.row() != null), "rows-only")
                .map(Result::row)
                .returns(StatisticsRow.class),
            "row"));
    DataStream<RawRecord> late = admitted.getSideOutput(Admission.LATE);
    sinks.late(late.union(live.getSideOutput(Router.FUTURE)));
    sinks.malformed(live.getSideOutput(Router.MALFORMED));
  }

  private static <T> SingleOutputStreamOperator<T> named(
      SingleOutputStreamOperator<T> operator, String name) {
    return operator.name(name).uid(name);
  }
}
