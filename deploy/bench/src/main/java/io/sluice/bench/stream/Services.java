package io.sluice.bench.stream;

import io.sluice.bench.Problem;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.DiskBudget;
import io.sluice.standalone.Instance;
import io.sluice.standalone.runit.Service;
import io.sluice.standalone.service.Broker;
import io.sluice.standalone.service.Flink;
import io.sluice.standalone.service.Query;
import io.sluice.standalone.service.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The services of {@code sluice up}, with the configuration that it gives them, as children of this
 * process and in a data folder of the benchmark's own. Without a collector.
 */
public final class Services implements AutoCloseable {
  private static final long START_LIMIT_NS = TimeUnit.SECONDS.toNanos(120);

  private final DataDir dir;
  private final DiskBudget budget;
  private final Instance instance;
  private final Map<String, Process> running = new TreeMap<>();

  public Services(Path folder, DiskBudget budget) {
    dir = DataDir.of(folder);
    this.budget = budget;
    dir.create();
    instance = Instance.settle(dir, budget);
    Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
  }

  public String bootstrap() {
    return instance.get("kafka.bootstrap");
  }

  String flinkUrl() {
    return instance.get("flink.rest");
  }

  public String queryUrl() {
    return instance.get("query.url");
  }

  public String storeUrl() {
    return instance.get("store.url")
        + "?user="
        + instance.get("store.user")
        + "&password="
        + instance.get("store.password");
  }

  public void startBroker() throws IOException, InterruptedException {
    Broker broker = new Broker(instance, budget);
    start(broker.service());
    await(Broker.NAME, broker::awaited);
  }

  /** Empty, with its tables. */
  void startStore() throws IOException, InterruptedException {
    startStore(true);
  }

  /**
   * @param empty false to go on with what an earlier run left there
   */
  public void startStore(boolean empty) throws IOException, InterruptedException {
    if (empty) {
      delete(dir.store());
    }
    Store store = new Store(instance);
    start(store.service());
    await(Store.NAME, store::awaited);
    Query query = new Query(instance);
    start(query.service());
    await(Query.NAME, query::awaited);
  }

  /**
   * From the start of the topic, without any state.
   *
   * @param settings of the jobs
   */
  void startJobs(Map<String, String> settings) throws IOException, InterruptedException {
    delete(dir.checkpoints());
    Files.createDirectories(dir.checkpoints());
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Files.writeString(dir.properties(), text, StandardOpenOption.APPEND);
    Flink flink = new Flink(instance);
    start(flink.jobManager());
    start(flink.taskManager());
    await(Flink.JOB_MANAGER, flink::awaited);
  }

  void stopJobs() throws InterruptedException {
    stop(Flink.TASK_MANAGER);
    stop(Flink.JOB_MANAGER);
  }

  /** Processor time of JobManager and TaskManager since they started, user and system. */
  long jobsCpuNs() {
    return cpuNs(Flink.JOB_MANAGER) + cpuNs(Flink.TASK_MANAGER);
  }

  long brokerCpuNs() {
    return cpuNs(Broker.NAME);
  }

  /**
   * Processor time of the store and the query service, with their children and those that ended, in
   * ticks of the kernel (a hundredth of a second).
   */
  public long queryCpuTicks() throws IOException {
    long ticks = ticks(running.get(Query.NAME).pid(), false);
    Process store = running.get(Store.NAME);
    ticks += ticks(store.pid(), true);
    for (ProcessHandle child : store.descendants().toList()) {
      ticks += ticks(child.pid(), false);
    }
    return ticks;
  }

  /** See proc(5): utime and stime, and those of children that were waited for. */
  private static long ticks(long pid, boolean withEnded) throws IOException {
    Path file = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(file)) {
      return 0; // It has just ended; its parent has its time.
    }
    String stat = Files.readString(file);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return withEnded ? ticks + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : ticks;
  }

  private long cpuNs(String service) {
    Process process = running.get(service);
    if (process == null || !process.isAlive()) {
      throw new Problem("cannot go on: %s ended; its log is %s".formatted(service, log(service)));
    }
    return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private Path log(String service) {
    return dir.root().resolve("log").resolve(service + ".txt");
  }

  private void start(Service service) throws IOException {
    Path log = log(service.name());
    running.put(
        service.name(),
        new ProcessBuilder("/bin/sh", "-c", service.script())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  private void await(String service, Supplier<String> awaited) throws InterruptedException {
    long began = System.nanoTime();
    String missing = awaited.get();
    while (missing != null) {
      if (System.nanoTime() - began > START_LIMIT_NS || !running.get(service).isAlive()) {
        throw new Problem(
            "cannot start %s: it lacks %s; its log is %s"
                .formatted(service, missing, log(service)));
      }
      TimeUnit.MILLISECONDS.sleep(200);
      missing = awaited.get();
    }
  }

  private void stop(String service) throws InterruptedException {
    Process process = running.remove(service);
    if (process != null) {
      // All but the shell are gone by then: each script ends in exec. PostgreSQL has children.
      List<ProcessHandle> below = process.descendants().toList();
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        below.forEach(ProcessHandle::destroyForcibly);
      }
    }
  }

  private void killAll() {
    for (Process process : new ArrayList<>(running.values())) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  void stopStore() throws InterruptedException {
    stop(Query.NAME);
    stop(Store.NAME);
  }

  @Override
  public void close() throws InterruptedException {
    stopJobs();
    stopStore();
    stop(Broker.NAME);
  }

  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
