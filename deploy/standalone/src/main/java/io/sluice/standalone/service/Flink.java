package io.sluice.standalone.service;

import io.sluice.standalone.Clone;
import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.Instance;
import io.sluice.standalone.Problem;
import io.sluice.standalone.runit.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A Flink cluster for the jobs: a JobManager in application mode and a TaskManager. The JobManager,
 * whenever it starts, restores the newest checkpoint there is.
 */
public final class Flink {
  public static final String JOB_MANAGER = "jobmanager";
  public static final String TASK_MANAGER = "taskmanager";

  // The same at each start, so that all checkpoints lie in one folder; another one where a version
  // can't restore what an earlier one kept: everything is then counted again from the topic.
  static final String JOB_ID = "00000000000000000000000051100005";
  private static final int SLOTS = 2;
  private static final int HEAP_MIB = 512;

  /** What bundles and closing windows make of garbage is gone before it is looked at twice. */
  private static final int YOUNG_MIB = 288;

  private static final int OFF_HEAP_MIB = 128;
  private static final int NETWORK_MIB = 64;

  /** Of RocksDB, outside the heap. */
  private static final int MANAGED_MIB = 64;

  private static final int METASPACE_MIB = 192;

  // Flink's own list, from its default configuration.
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.net",
          "java.io",
          "java.nio",
          "sun.nio.ch",
          "java.lang.reflect",
          "java.text",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks");

  private final Instance instance;

  public Flink(Instance instance) {
    this.instance = instance;
  }

  public Service jobManager() {
    writeConfiguration();
    final List<String> arguments =
        List.of(
            "--configDir",
            configuration().toString(),
            "--job-classname",
            "io.sluice.jobs.Jobs",
            "--job-id",
            JOB_ID,
            "-D",
            "io.tmp.dirs=" + temporary(JOB_MANAGER));
    // Without the dashes Flink takes --config for its own --configDir.
    final List<String> job = List.of("--", "--config", instance.dir().properties().toString());
    final List<String> command =
        Jvm.command(
            instance,
            classPath(),
            options("-Xmx384m"),
            "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
            arguments);
    final String script =
        """
        rm -rf %1$s && mkdir %1$s
        # Of a version whose state this one does not take.
        for other in %5$s/*; do
          [ "$other" = %2$s ] || rm -rf "$other"
        done
        newest=
        for chk in $(ls %2$s 2>/dev/null | sed -n 's/^chk-//p' | sort -n); do
          [ ! -e %2$s/"chk-$chk/_metadata" ] || newest=$chk
        done
        # What a killed JobManager was writing, or had not yet deleted.
        for chk in %2$s/chk-*; do
          [ "${chk##*/chk-}" = "$newest" ] || rm -rf "$chk"
        done
        if [ -n "$newest" ]; then
          exec %3$s --fromSavepoint %2$s/"chk-$newest" %4$s
        fi
        exec %3$s %4$s
        """
            .formatted(
                Command.quote(temporary(JOB_MANAGER).toString()),
                Command.quote(instance.dir().checkpoints().resolve(JOB_ID).toString()),
                Command.quoteAll(command),
                Command.quoteAll(job),
                Command.quote(instance.dir().checkpoints().toString()));
    return new Service(JOB_MANAGER, Service.Group.PLAIN, script, "TERM", false);
  }

  public Service taskManager() {
    final String folder = Command.quote(temporary(TASK_MANAGER).toString());
    return Service.of(
            TASK_MANAGER,
            Service.Group.PLAIN,
            Map.of(),
            Jvm.command(
                instance,
                classPath(),
                options(
                    "-Xmx" + HEAP_MIB + "m",
                    "-Xmn" + YOUNG_MIB + "m",
                    "-XX:SurvivorRatio=6",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:MaxDirectMemorySize=" + (OFF_HEAP_MIB + NETWORK_MIB) + "m",
                    "-XX:MaxMetaspaceSize=" + METASPACE_MIB + "m"),
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                List.of(
                    "--configDir",
                    configuration().toString(),
                    "-D",
                    "io.tmp.dirs=" + temporary(TASK_MANAGER))))
        // A killed one leaves its jars and its state there.
        .after("rm -rf %1$s && mkdir %1$s\n".formatted(folder));
  }

  private Path temporary(String service) {
    return instance.dir().temporary().resolve(service);
  }

  private Path configuration() {
    return instance.dir().run().resolve("flink");
  }

  /** The job lies on the class path of both: no copy of its jar in temporary folders. */
  private static String classPath() {
    final Path target = Clone.home().resolve("stream-jobs/jobs/target");
    final Path job = target.resolve("sluice-jobs.jar");
    if (!Files.exists(job)) {
      throw new Problem("cannot find " + job + ": it was not built; run sluice, not java");
    }
    return job + ":" + target.resolve("flink-lib") + "/*";
  }

  private List<String> options(String... memory) {
    final List<String> options = new ArrayList<>(List.of(memory));
    OPENED.forEach(name -> options.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    options.add("-Dlog4j2.configurationFile=" + Jvm.logging(instance.dir()));
    options.add("-Dlog4j.configurationFile=" + Jvm.logging(instance.dir()));
    return options;
  }

  private void writeConfiguration() {
    final StringBuilder yaml = new StringBuilder();
    settings()
        .forEach((key, value) ->
            yaml.append(key).append(": '").append(value.replace("'", "''")).append("'\n"));
    DataDir.write(configuration().resolve("config.yaml"), yaml.toString(), "rw-------");
  }

  private Map<String, String> settings() {
    final Map<String, String> settings = new TreeMap<>();
    final String loopback = "127.0.0.1";
    for (String key :
        List.of(
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "taskmanager.host",
            "taskmanager.bind-host",
            "rest.address",
            "rest.bind-address")) {
      settings.put(key, loopback);
    }
    settings.put("jobmanager.rpc.port", String.valueOf(instance.port("flink.rpc")));
    settings.put("rest.port", String.valueOf(instance.port("flink.rest")));
    settings.put("rest.bind-port", String.valueOf(instance.port("flink.rest")));
    settings.put("web.submit.enable", "false");
    settings.put("web.cancel.enable", "false");
    settings.put("taskmanager.numberOfTaskSlots", String.valueOf(SLOTS));
    settings.put("parallelism.default", String.valueOf(SLOTS));
    settings.put("taskmanager.cpu.cores", SLOTS + ".0");
    settings.put("taskmanager.memory.framework.heap.size", "128m");
    settings.put("taskmanager.memory.task.heap.size", HEAP_MIB - 128 + "m");
    settings.put("taskmanager.memory.framework.off-heap.size", OFF_HEAP_MIB / 2 + "m");
    settings.put("taskmanager.memory.task.off-heap.size", OFF_HEAP_MIB / 2 + "m");
    settings.put("taskmanager.memory.managed.size", MANAGED_MIB + "m");
    settings.put("taskmanager.memory.network.min", NETWORK_MIB + "m");
    settings.put("taskmanager.memory.network.max", NETWORK_MIB + "m");
    settings.put("taskmanager.memory.jvm-metaspace.size", METASPACE_MIB + "m");
    settings.put("taskmanager.memory.jvm-overhead.min", "192m");
    settings.put("taskmanager.memory.jvm-overhead.max", "192m");
    settings.put("state.backend.type", "rocksdb");
    settings.put("execution.checkpointing.incremental", "true");
    settings.put("execution.checkpointing.storage", "filesystem");
    // Not as a URI: Flink would take the %20 of a space for part of a name.
    settings.put("execution.checkpointing.dir", "file://" + instance.dir().checkpoints());
    settings.put("execution.checkpointing.num-retained", "1");
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    // The restored checkpoint is ours: deleted when newer ones have replaced it.
    settings.put("execution.state-recovery.claim-mode", "CLAIM");
    // A TaskManager forgets a killed JobManager's address when no slot is left to its job. They
    // time
    // out one after the other: none may be given out again in between.
    settings.put("slotmanager.requirement-check.delay", "1 s");
    // A worker that was killed is noticed within seconds.
    settings.put("heartbeat.interval", "1000");
    settings.put("heartbeat.timeout", "8000");
    return settings;
  }

  /** What it waits for, or null when every task of the job runs. */
  public String awaited() {
    final Optional<String> answer = Probe.get(instance.get("flink.rest") + "/jobs/overview");
    if (answer.isEmpty()) {
      return "the JobManager";
    }
    final JsonNode job = new ObjectMapper().readTree(answer.get()).path("jobs").path(0);
    final JsonNode tasks = job.path("tasks");
    final int total = tasks.path("total").asInt(0);
    final int running = tasks.path("running").asInt(0);
    if (job.path("state").asString("").equals("RUNNING") && total > 0 && running == total) {
      return null;
    }
    return "tasks, %d of %d run".formatted(running, total);
  }
}
