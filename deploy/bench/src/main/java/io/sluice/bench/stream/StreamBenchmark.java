package io.sluice.bench.stream;

import io.sluice.bench.Problem;
import io.sluice.bench.measure.ChildUsage;
import io.sluice.standalone.DiskBudget;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Events per second of processor time, from the topic to rows in the store: of the jobs, of a job
 * that only reads the topic, and of GoAccess. The topic is filled first, so that the producer does
 * not run meanwhile; what Java takes to warm up is left out by looking only from the first quarter
 * on. Processor time is that of the whole JobManager and TaskManager; broker and store are not in
 * it.
 */
public final class StreamBenchmark {
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(30);
  private static final long POLL_MS = 50;

  private final Path folder;
  private final int events;
  private final PrintStream out;

  public StreamBenchmark(Path folder, int events, PrintStream out) {
    this.folder = folder.toAbsolutePath();
    this.events = events;
    this.out = out;
  }

  public void run(List<String> parts) throws IOException, InterruptedException {
    out.printf(
        "%-12s %10s %9s %9s %14s %14s %9s%n",
        "", "events", "wall s", "CPU s", "events/CPU s", "state MiB", "chk. MiB");
    if (parts.contains("limit") || parts.contains("statistics") || parts.contains("goaccess")) {
      Path accessLog = folder.resolve("access.log");
      try (Services services = filled("standard", Shape.standard(events), accessLog)) {
        if (parts.contains("limit")) {
          jobs("limit", "discard", services);
        }
        if (parts.contains("statistics")) {
          services.startStore();
          jobs("statistics", "request-statistics", services);
        }
      }
      if (parts.contains("goaccess")) {
        goAccess(accessLog);
      }
    }
    if (parts.contains("distinct")) {
      try (Services services = filled("distinct", Shape.distinct(events), null)) {
        services.startStore();
        jobs("distinct", "request-statistics", services);
      }
    }
  }

  /** A broker whose topic holds the events, from an earlier run if they are the same. */
  private Services filled(String name, Shape shape, Path accessLog)
      throws IOException, InterruptedException {
    Path data = folder.resolve(name);
    Path stamp = folder.resolve(name + ".events");
    boolean there = Files.exists(stamp) && Files.readString(stamp).equals(shape.toString());
    if (!there) {
      Files.deleteIfExists(stamp);
      Services.delete(data);
    }
    // A quarter is the topic's; an event has about 250 bytes there.
    long budget = Math.max(DiskBudget.DEFAULT_BYTES, 16L * 400 * shape.events());
    Services services = new Services(data, new DiskBudget(budget));
    services.startBroker();
    if (!there) {
      long startMs = System.currentTimeMillis() - (shape.spanSeconds() + 120) * 1000L;
      Feed.write(
          services.bootstrap(),
          shape,
          startMs,
          accessLog,
          (maker, again) -> {},
          (shape.spanSeconds() + 30) * 1000L);
      Files.writeString(stamp, shape.toString());
    }
    return services;
  }

  private record Point(long events, long cpuNs, long atNs) {}

  private void jobs(String name, String job, Services services)
      throws IOException, InterruptedException {
    String group = "bench-" + name + "-" + System.nanoTime();
    boolean stores = !job.equals("discard");
    services.startJobs(
        Map.of(
            "jobs",
            job,
            "kafka.group",
            group,
            "kafka.transaction.prefix",
            group,
            // Reading alone is over soon, and its checkpoints hold nothing but offsets.
            "checkpoint.interval.ms",
            stores ? "5000" : "500"));
    long began = System.nanoTime();
    Point first = null;
    Point last = null;
    Progress.Checkpoint largest = new Progress.Checkpoint(0, 0, 0);
    try (Progress progress = new Progress(services)) {
      long before = 0;
      long committed = 0;
      while (committed < events) {
        committed = progress.committed(group);
        if (committed != before) {
          before = committed;
          Point point = new Point(committed, services.jobsCpuNs(), System.nanoTime());
          // Both ends of the measure are just behind a checkpoint; the last one also waited for it.
          if (first == null && committed >= events / 4) {
            first = point;
          } else if (committed < events) {
            last = point;
          }
          Progress.Checkpoint checkpoint = progress.checkpoint();
          largest = checkpoint.stateBytes() > largest.stateBytes() ? checkpoint : largest;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
        if (System.nanoTime() - began > LIMIT_NS) {
          throw new Problem("cannot measure " + name + ": not read within 30 min; see its log");
        }
      }
      if (stores) {
        expectAll(progress, began);
      }
      if (first == null || last == null || last.events() <= first.events()) {
        throw new Problem(
            "cannot measure " + name + ": too few checkpoints while it ran; give more --events");
      }
    }
    services.stopJobs();
    line(
        name,
        last.events() - first.events(),
        last.atNs() - first.atNs(),
        last.cpuNs() - first.cpuNs(),
        largest);
  }

  /** A fast answer counts only if it is right. */
  private void expectAll(Progress progress, long began) throws InterruptedException {
    String sum =
        "SELECT coalesce(sum(requests), 0) FROM total_stats WHERE window_seconds = 10 AND run = 'live'";
    long stored = progress.number(sum);
    while (stored < events) {
      TimeUnit.MILLISECONDS.sleep(500);
      stored = progress.number(sum);
      if (System.nanoTime() - began > LIMIT_NS) {
        break;
      }
    }
    if (stored != events) {
      throw new Problem(
          "cannot trust the measure: %d requests in the store, %d sent".formatted(stored, events));
    }
  }

  private void goAccess(Path accessLog) throws IOException, InterruptedException {
    Path report = folder.resolve("goaccess.json");
    ProcessBuilder command =
        new ProcessBuilder(
            "goaccess",
            accessLog.toString(),
            "--log-format=COMBINED",
            "--no-global-config",
            "--no-progress",
            "-o",
            report.toString());
    command.redirectInput(new File("/dev/null"));
    command.redirectErrorStream(true).redirectOutput(folder.resolve("goaccess.txt").toFile());
    ChildUsage before = ChildUsage.now();
    long began = System.nanoTime();
    Process process;
    try {
      process = command.start();
    } catch (IOException e) {
      out.println("skipped: goaccess (" + e.getMessage() + ")");
      return;
    }
    int status = process.waitFor();
    long wallNs = System.nanoTime() - began;
    ChildUsage used = ChildUsage.now().minus(before);
    if (status != 0) {
      throw new Problem(
          "cannot measure goaccess: it ended with %d; see %s"
              .formatted(status, folder.resolve("goaccess.txt")));
    }
    line("goaccess", events, wallNs, used.userNs() + used.systemNs(), null);
  }

  private void line(
      String name, long counted, long wallNs, long cpuNs, Progress.Checkpoint checkpoint) {
    out.printf(
        Locale.ROOT,
        "%-12s %,10d %9.2f %9.2f %,14.0f %14s %9s%n",
        name,
        counted,
        wallNs / 1e9,
        cpuNs / 1e9,
        counted / (cpuNs / 1e9),
        checkpoint == null
            ? ""
            : String.format(Locale.ROOT, "%.1f", checkpoint.stateBytes() / 1048576.0),
        checkpoint == null
            ? ""
            : String.format(Locale.ROOT, "%.1f", checkpoint.newBytes() / 1048576.0));
    out.flush();
  }
}
