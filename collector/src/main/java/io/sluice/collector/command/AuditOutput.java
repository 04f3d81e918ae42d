package io.sluice.collector.command;

import io.sluice.collector.audit.AuditCounter;
import io.sluice.collector.audit.AuditQueue;
import io.sluice.collector.audit.DirectoryLock;
import io.sluice.collector.control.Identity;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.encoding.SafeText;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.live.EventOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The audit logs of a command, none or more, beside its other output. */
final class AuditOutput implements AutoCloseable {
  /** What a stopping command must allow for, beyond its other work. */
  static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final List<AuditQueue> queues;
  private final List<Path> directories;
  private final List<DirectoryLock> locks = new ArrayList<>();

  /**
   * @param directories that the logs write to
   */
  AuditOutput(List<AuditQueue> queues, List<Path> directories) {
    this.queues = List.copyOf(queues);
    this.directories = List.copyOf(directories);
  }

  /** Where events go: to all audit logs, then to the other output, which may throw. */
  EventOutput beside(EventOutput other) {
    if (queues.isEmpty()) {
      return other;
    }
    return new EventOutput() {
      @Override
      public void onEvent(RequestEvent event) {
        for (AuditQueue queue : queues) {
          queue.onEvent(event);
        }
        other.onEvent(event);
      }

      @Override
      public void onIdle() {
        other.onIdle();
      }
    };
  }

  /**
   * Begins to write: once privileges are given up, so that directories are the user's, and before
   * anything is captured.
   *
   * @throws CommandFailure with a line for each directory that can't be written
   */
  void start() {
    List<String> refused = new ArrayList<>();
    for (Path directory : directories) {
      try {
        locks.add(DirectoryLock.take(directory));
      } catch (IOException e) {
        refused.add(SafeText.clean(e.getMessage()));
      }
    }
    if (!refused.isEmpty()) {
      throw CommandFailure.ofOptions(String.join("\n", refused));
    }
    queues.forEach(AuditQueue::start);
  }

  /** Adds the counters and the line of the ledger, where there is an audit log. Any thread. */
  void report(StatusReport report) {
    if (queues.isEmpty()) {
      return;
    }
    Map<String, Long> out = new LinkedHashMap<>();
    for (AuditCounter counter : AuditCounter.values()) {
      if (counter == AuditCounter.RECORDS_WRITTEN || counter.isLoss()) {
        String name = counter == AuditCounter.RECORDS_WRITTEN ? "written" : name(counter);
        out.put(name, sum(counter));
      }
    }
    report.add(
        new Identity(
            "audit", "offered", sum(AuditCounter.RECORDS_OFFERED), out, "in_queue", "records"));
    queues.forEach(queue -> report.add("audit", AuditCounter.values(), queue::get));
  }

  /** One line for the end, or nothing. */
  String summary() {
    long offered = sum(AuditCounter.RECORDS_OFFERED);
    long written = sum(AuditCounter.RECORDS_WRITTEN);
    return queues.isEmpty()
        ? ""
        : "; audit: %d records written, %d lost".formatted(written, offered - written);
  }

  /** Writes what is queued. Nobody may emit any more. */
  @Override
  public void close() throws IOException {
    long deadlineNs = System.nanoTime() + STOP_PATIENCE.toNanos();
    for (AuditQueue queue : queues) {
      queue.close(Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime())));
    }
    for (DirectoryLock lock : locks) {
      lock.close();
    }
    locks.clear();
  }

  private long sum(AuditCounter counter) {
    return queues.stream().mapToLong(queue -> queue.get(counter)).sum();
  }

  private static String name(AuditCounter counter) {
    return counter.name().toLowerCase(Locale.ROOT);
  }
}
