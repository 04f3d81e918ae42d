package io.sluice.jobs.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JobManager and TaskManagers as processes of their own, from what the build made: {@code
 * target/sluice-jobs.jar} and {@code target/flink-lib}.
 */
public final class LocalCluster implements AutoCloseable {
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final String JOB_ID = "00000000000000000000000051100001";
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

  private final Path directory;
  private final Path java;
  private final List<String> jobArguments;
  private final List<Process> processes = new ArrayList<>();
  private final int restPort;

  /**
   * @param directory for configuration, logs, checkpoints and temporary files
   * @param java the executable that runs both
   */
  public LocalCluster(Path directory, Path java, Map<String, String> jobSettings)
      throws IOException {
    this.directory = directory;
    this.java = java;
    this.jobArguments =
        jobSettings.entrySet().stream()
            .flatMap(setting -> Stream.of("--" + setting.getKey(), setting.getValue()))
            .toList();
    restPort = LocalBroker.freePort();
    Files.createDirectories(directory.resolve("tmp"));
    Files.writeString(
        directory.resolve("config.yaml"),
        String.join(
            "\n",
            "jobmanager.rpc.address: 127.0.0.1",
            "jobmanager.rpc.port: " + LocalBroker.freePort(),
            "jobmanager.bind-host: 127.0.0.1",
            "rest.address: 127.0.0.1",
            "rest.bind-address: 127.0.0.1",
            "rest.port: " + restPort,
            "blob.server.port: 0",
            "taskmanager.host: 127.0.0.1",
            "taskmanager.bind-host: 127.0.0.1",
            "taskmanager.rpc.port: 0",
            "taskmanager.numberOfTaskSlots: 2",
            "parallelism.default: 2",
            "taskmanager.cpu.cores: 2",
            // Started without Flink's own scripts, every size must be said.
            "taskmanager.memory.framework.heap.size: 64mb",
            "taskmanager.memory.framework.off-heap.size: 64mb",
            "taskmanager.memory.task.heap.size: 192mb",
            "taskmanager.memory.jvm-metaspace.size: 160mb",
            "taskmanager.memory.jvm-overhead.min: 128mb",
            "taskmanager.memory.jvm-overhead.max: 128mb",
            "taskmanager.memory.managed.size: 64mb",
            "taskmanager.memory.network.min: 32mb",
            "taskmanager.memory.network.max: 32mb",
            "taskmanager.memory.task.off-heap.size: 64mb",
            "state.backend.type: rocksdb",
            "execution.checkpointing.incremental: true",
            "execution.checkpointing.storage: filesystem",
            "execution.checkpointing.dir: " + checkpoints().toUri(),
            "io.tmp.dirs: " + directory.resolve("tmp"),
            // As on one machine, where a JobManager comes back at its old address.
            "slotmanager.requirement-check.delay: 1 s",
            "heartbeat.interval: 1000",
            "heartbeat.timeout: 8000",
            ""));
    Files.writeString(
        directory.resolve("log4j.properties"),
        String.join(
            "\n",
            "rootLogger.level = INFO",
            "rootLogger.appenderRef.console.ref = console",
            "appender.console.type = Console",
            "appender.console.name = console",
            "appender.console.layout.type = PatternLayout",
            "appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n",
            "logger.kafka.name = org.apache.kafka",
            "logger.kafka.level = ERROR",
            ""));
  }

  /** Kafka's clients too shall log what they do, of processes that are started after this. */
  public void logClients() throws IOException {
    Path logging = directory.resolve("log4j.properties");
    Files.writeString(
        logging,
        Files.readString(logging)
            .replace("logger.kafka.level = ERROR", "logger.kafka.level = INFO"));
  }

  /** All that the processes of that name have said. */
  public String log(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  /** Without a job: one is to be uploaded. */
  public Process startSession() throws IOException {
    return start(
        "jobmanager",
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        List.of("--configDir", directory.toString()),
        flink());
  }

  /** Of a session: it has no job's jar, and the same log as the others. */
  public Process startSessionTaskManager() throws IOException {
    return start(
        "taskmanager", TASK_MANAGER, List.of("--configDir", directory.toString()), flink());
  }

  public String restUrl() {
    return "http://127.0.0.1:" + restPort;
  }

  public Path savepoints() {
    return directory.resolve("savepoints");
  }

  /** With the newest retained checkpoint, where there is one. */
  public Process startJobManager() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--configDir",
                directory.toString(),
                "--job-classname",
                "io.sluice.jobs.Jobs",
                "--job-id",
                JOB_ID,
                "-Dexecution.state-recovery.claim-mode=CLAIM"));
    newestCheckpoint()
        .ifPresent(path -> arguments.addAll(List.of("--fromSavepoint", path.toUri().toString())));
    // Else Flink would take --config for its own --configDir.
    arguments.add("--");
    arguments.addAll(jobArguments);
    return start(
        "jobmanager",
        "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
        arguments,
        jobJar() + ":" + flink());
  }

  public Process startTaskManager() throws IOException {
    return start(
        "taskmanager",
        TASK_MANAGER,
        List.of("--configDir", directory.toString()),
        jobJar() + ":" + flink());
  }

  /** The checkpoint with the highest number that is complete. */
  public Optional<Path> newestCheckpoint() throws IOException {
    Path ofJob = checkpoints().resolve(JOB_ID);
    if (!Files.isDirectory(ofJob)) {
      return Optional.empty();
    }
    try (Stream<Path> paths = Files.list(ofJob)) {
      return paths
          .filter(path -> Files.exists(path.resolve("_metadata")))
          .max(Comparator.comparingLong(LocalCluster::number));
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  public static Path jobJar() {
    return Path.of("target", "sluice-jobs.jar").toAbsolutePath();
  }

  private static String flink() {
    return Path.of("target", "flink-lib").toAbsolutePath() + "/*";
  }

  private Process start(String name, String mainClass, List<String> arguments, String classPath)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java.toString(), "-Xmx320m"));
    OPENED.forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
    command.add("-XX:+UseSerialGC");
    // A JobManager that is killed leaves its folder of the web interface there.
    command.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
    command.add("-Dlog4j.configurationFile=" + directory.resolve("log4j.properties"));
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()));
    builder.directory(directory.toFile());
    builder.environment().put("FLINK_CONF_DIR", directory.toString());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** The last lines of the logs, for a failure's message. */
  public String logs() {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("jobmanager.log", "taskmanager.log")) {
      try {
        List<String> lines = Files.readAllLines(directory.resolve(name));
        text.append(name).append('\n');
        lines
            .subList(Math.max(0, lines.size() - 60), lines.size())
            .forEach(line -> text.append(line).append('\n'));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws InterruptedException {
    stop(processes);
  }

  private static void stop(Collection<Process> all) throws InterruptedException {
    for (Process process : all) {
      process.destroyForcibly();
      process.waitFor(30, TimeUnit.SECONDS);
    }
  }
}
