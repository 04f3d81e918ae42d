package io.sluice.jobs;

import io.sluice.jobs.kafka.BrokerCheck;
import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Starts the jobs that the setting {@code jobs} names, all in one Flink application: records are
 * read once for all of them. Run with {@code --config FILE} and {@code --KEY VALUE} for single
 * settings ({@link JobOptions}).
 */
public final class Jobs {
  private static final Map<String, Function<JobOptions, Job>> ALL =
      new TreeMap<>(
          Map.of(
              "discard",
              options -> new DiscardJob(),
              "request-log",
              options -> new RequestLogJob(),
              "request-statistics",
              RequestStatisticsJob::new,
              "sensor-health",
              options -> new SensorHealthJob()));

  private Jobs() {}

  public static void main(String[] args) throws Exception {
    JobOptions options = JobOptions.parse(args);
    BrokerCheck.run(options);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(options.flink());
    build(env, options, new KafkaSources(options), new KafkaSinks(options));
    env.execute(String.join(", ", options.jobs()));
  }

  /** All that are named, with what every job relies on: checkpoints, restarts, no Kryo. */
  static void build(
      StreamExecutionEnvironment env, JobOptions options, Sources sources, Sinks sinks) {
    env.configure(options.flink());
    env.setMaxParallelism(JobOptions.MAX_PARALLELISM);
    for (Job job : named(options)) {
      job.build(env, sources, sinks);
    }
  }

  /** Of all that there are. */
  static Set<String> names() {
    return ALL.keySet();
  }

  static List<Job> named(JobOptions options) {
    List<Job> jobs = new ArrayList<>();
    for (String name : options.jobs()) {
      Function<JobOptions, Job> job = ALL.get(name);
      if (job == null) {
        throw new IllegalArgumentException(
            "cannot start job '" + name + "': it is unknown; give some of " + ALL.keySet());
      }
      jobs.add(job.apply(options));
    }
    return jobs;
  }
}
