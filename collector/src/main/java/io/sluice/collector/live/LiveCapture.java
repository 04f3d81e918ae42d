package io.sluice.collector.live;

import io.sluice.collector.capture.CaptureCounter;
import io.sluice.collector.capture.InterfaceStatistics;
import io.sluice.collector.capture.NetworkNamespace;
import io.sluice.collector.capture.PacketSocket;
import io.sluice.collector.capture.SpareSockets;
import io.sluice.collector.control.Identity;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.pipeline.EventOptions;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.posix.PosixException;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.kernelfilter.FilterCounter;
import io.sluice.kernelfilter.FilterCounts;
import io.sluice.kernelfilter.FilterException;
import io.sluice.kernelfilter.HttpFilter;
import io.sluice.kernelfilter.Session;
import io.sluice.kernelfilter.SweepResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A capture from interfaces: filter, sockets and the workers that read them. */
public final class LiveCapture implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCapture.class);

  /** How often an interface can be made again, where there is one. */
  private static final int SPARE_SETS = 8;

  private final HttpFilter filter;
  private final List<CaptureWorker> workers;

  /** Those in use, and those of interfaces that are no more. */
  private final List<PacketSocket> sockets;

  private final SpareSockets spares;
  private final List<InterfaceWatch> watches;
  private final InterfaceStatistics interfaces;
  private final Duration idleTimeout;
  private final Counters<SweepCounter> sweeps = new Counters<>(SweepCounter.class);
  private volatile SweepResult lastSweep;
  private volatile long longestSweepNs;
  private final List<Thread> threads = new ArrayList<>();

  private LiveCapture(
      HttpFilter filter,
      List<CaptureWorker> workers,
      List<PacketSocket> sockets,
      SpareSockets spares,
      List<InterfaceWatch> watches,
      InterfaceStatistics interfaces,
      Duration idleTimeout) {
    this.filter = filter;
    this.workers = List.copyOf(workers);
    this.sockets = sockets;
    this.spares = spares;
    this.watches = List.copyOf(watches);
    this.interfaces = interfaces;
    this.idleTimeout = idleTimeout;
  }

  /**
   * Opens everything that needs privileges. No packet is kept before {@link #start}.
   *
   * @throws IOException with one clear line
   */
  public static LiveCapture open(LiveOptions options, EventOutput output) throws IOException {
    List<PacketSocket> sockets = new CopyOnWriteArrayList<>();
    SpareSockets spares = null;
    HttpFilter filter = null;
    try {
      filter = HttpFilter.load(options.filter());
      List<List<PacketSocket>> byWorker = new ArrayList<>();
      for (int i = 0; i < options.workers(); i++) {
        byWorker.add(new ArrayList<>());
      }
      List<List<PacketSocket>> byInterface = new ArrayList<>();
      for (String name : options.interfaces()) {
        List<PacketSocket> own = openSockets(options, name, filter, sockets);
        byInterface.add(own);
        for (int i = 0; i < own.size(); i++) {
          byWorker.get(i).add(own.get(i));
        }
      }
      spares =
          NetworkNamespace.call(
              options.namespace(), () -> SpareSockets.open(SPARE_SETS * sockets.size()));
      List<CaptureWorker> workers = new ArrayList<>();
      for (List<PacketSocket> own : byWorker) {
        PacketPipeline pipeline = new PacketPipeline(options.pipeline(), output);
        workers.add(new CaptureWorker(own, pipeline, output, options.ring().retireTimeoutMs()));
      }
      List<InterfaceWatch> watches = new ArrayList<>();
      for (List<PacketSocket> own : byInterface) {
        watches.add(
            new InterfaceWatch(
                options, filter::attach, filter::shareBySession, spares, workers, own, sockets));
      }
      InterfaceStatistics interfaces =
          NetworkNamespace.call(
              options.namespace(), () -> InterfaceStatistics.open(options.interfaces()));
      return new LiveCapture(
          filter,
          workers,
          sockets,
          spares,
          watches,
          interfaces,
          Duration.ofNanos(options.filter().idleTimeoutNs()));
    } catch (IOException | RuntimeException e) {
      for (PacketSocket socket : sockets) {
        socket.close();
      }
      if (spares != null) {
        spares.close();
      }
      if (filter != null) {
        filter.close();
      }
      if (e instanceof FilterException) {
        throw failure(options.interfaces().getFirst(), e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Each interface's sockets join in the workers' order: both directions of a tap then agree. */
  private static List<PacketSocket> openSockets(
      LiveOptions options, String name, HttpFilter filter, List<PacketSocket> all)
      throws IOException {
    List<PacketSocket> own = new ArrayList<>();
    int group = 0;
    for (int i = 0; i < options.workers(); i++) {
      PacketSocket socket = openSocket(options, name, filter);
      all.add(socket);
      own.add(socket);
      if (i > 0) {
        socket.joinFanout(group);
      } else if (options.workers() > 1) {
        group = socket.openFanout(filter::shareBySession);
      }
    }
    return own;
  }

  private static PacketSocket openSocket(LiveOptions options, String name, HttpFilter filter)
      throws IOException {
    return NetworkNamespace.call(
        options.namespace(),
        () -> {
          PacketSocket socket = null;
          try {
            socket = PacketSocket.open(options.ring(), filter::attach);
            socket.bind(name, options.promiscuous());
            CardTime.take(socket, options.ring());
            return socket;
          } catch (PosixException e) {
            if (socket != null) {
              socket.close();
            }
            throw failure(name, e.getMessage(), e);
          }
        });
  }

  private static IOException failure(String interfaceName, String cause, Exception origin) {
    String remedy =
        cause.contains("ENODEV") || cause.contains("ENXIO")
            ? "see ip link for the interfaces that there are"
            : "run as root or grant CAP_NET_RAW, CAP_BPF and CAP_PERFMON";
    return new IOException(
        "cannot open capture on " + interfaceName + ": " + firstClause(cause) + "; " + remedy,
        origin);
  }

  /** A cause that is itself an error message with its remedy gives up the remedy. */
  private static String firstClause(String cause) {
    int end = cause.indexOf(';');
    String line = end < 0 ? cause : cause.substring(0, end);
    return line.lines().findFirst().orElse(line);
  }

  /** From now on packets are kept, counted and read. */
  public void start() {
    for (CaptureWorker worker : workers) {
      threads.add(Thread.ofPlatform().name("worker-" + threads.size()).start(worker));
    }
    filter.openGate();
  }

  /** Reads what the rings hold, emits what is pending and ends the workers. */
  public void stop() throws InterruptedException {
    workers.forEach(CaptureWorker::stop);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Whether all workers run; where one ended by itself, {@link #failure} says why. */
  public boolean isRunning() {
    return !threads.isEmpty() && threads.stream().allMatch(Thread::isAlive);
  }

  /** For how long the slowest worker has not moved; less than a second as a rule. Any thread. */
  public Duration standstill() {
    long nowNs = System.nanoTime();
    return Duration.ofNanos(
        workers.stream().mapToLong(worker -> nowNs - worker.movedNs()).max().orElse(0));
  }

  /** Other options for events, from each worker's next frame on. Any thread. */
  public void change(EventOptions options) {
    workers.forEach(worker -> worker.pipeline().change(options));
  }

  /**
   * The sessions with most bytes in the kernel's maps, most first. Any thread; may take a second.
   */
  public List<Session> sessions(int limit) {
    return filter.sessions(limit);
  }

  /** Why a worker ended by itself, or null. */
  public RuntimeException failure() {
    for (CaptureWorker worker : workers) {
      if (worker.failure() != null) {
        return worker.failure();
      }
    }
    return null;
  }

  /** Packet time that all workers have reached, nanoseconds since 1970; 0 before the first. */
  public long reachedNs() {
    return workers.stream().mapToLong(CaptureWorker::reachedNs).min().orElse(0);
  }

  /** Says what happens to the interfaces, and goes on with those made again. Conductor only. */
  public void watchInterfaces() {
    watches.forEach(InterfaceWatch::check);
  }

  /** Removes stale sessions from the kernel's maps. One thread, which may take seconds. */
  public void sweep() {
    try {
      SweepResult result = filter.sweep(idleTimeout.toNanos());
      sweeps.increment(SweepCounter.SWEEPS);
      sweeps.add(SweepCounter.SWEPT_UNCONFIRMED, result.removedUnconfirmed());
      sweeps.add(SweepCounter.SWEPT_CONFIRMED, result.removedConfirmed());
      sweeps.add(SweepCounter.SWEEP_NS, result.elapsedNs());
      long known = sweeps.get(SweepCounter.SESSIONS_EVICTED);
      sweeps.add(SweepCounter.SESSIONS_EVICTED, result.evicted() - known);
      longestSweepNs = Math.max(longestSweepNs, result.elapsedNs());
      lastSweep = result;
    } catch (FilterException e) {
      sweeps.increment(SweepCounter.SWEEPS_FAILED);
      LOG.warn("cannot sweep the session maps: {}", e.getMessage());
    }
  }

  /** Adds this capture's counters and lines of the ledger, read downstream first. Any thread. */
  public void report(StatusReport report) {
    for (CaptureWorker worker : workers) {
      PacketPipeline pipeline = worker.pipeline();
      report.add("http", pipeline.httpCounters());
      report.add("reassembly", pipeline.reassemblyCounters());
      report.add("flow", pipeline.flowCounters());
      report.add("decode", pipeline.decodeCounters());
    }
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (ReassemblyCounter counter : ReassemblyCounter.values()) {
      if (counter != ReassemblyCounter.PAYLOAD_BYTES
          && counter.ordinal() < ReassemblyCounter.BUFFERED_BYTES.ordinal()) {
        bytes.put(name(counter), sum(pipeline -> pipeline.reassemblyCounters().get(counter)));
      }
    }
    long payload =
        sum(pipeline -> pipeline.reassemblyCounters().get(ReassemblyCounter.PAYLOAD_BYTES));
    Map<String, Long> frames = new LinkedHashMap<>();
    for (DecodeCounter counter : DecodeCounter.values()) {
      if (counter != DecodeCounter.FRAMES
          && counter.ordinal() <= DecodeCounter.TOO_DEEP.ordinal()) {
        frames.put(name(counter), sum(pipeline -> pipeline.decodeCounters().get(counter)));
      }
    }
    long read = 0;
    long outgoing = 0;
    long dropped = 0;
    for (PacketSocket socket : sockets) {
      Counters<CaptureCounter> counters = socket.counters();
      read += counters.get(CaptureCounter.FRAMES_READ);
      outgoing += counters.get(CaptureCounter.FRAMES_OUTGOING);
      try {
        socket.updateStatistics();
      } catch (PosixException e) {
        LOG.debug("no ring statistics", e);
      }
      dropped += counters.get(CaptureCounter.RING_DROPPED);
      report.add("capture", counters);
    }
    FilterCounts kernel = filter.counters();
    report.add("kernel", FilterCounter.values(), kernel::get);
    reportBeside(report);

    Map<String, Long> verdicts = new LinkedHashMap<>();
    verdicts.put("kept", kernel.kept());
    for (FilterCounter counter : FilterCounter.values()) {
      if (counter.kind() == FilterCounter.Kind.FILTERED) {
        verdicts.put(name(counter), kernel.get(counter));
      }
    }
    Map<String, Long> ring = new LinkedHashMap<>();
    ring.put("read", read);
    ring.put("dropped", dropped);
    ring.put("outgoing", outgoing);
    report
        .add(
            new Identity(
                "kernel", "seen", kernel.get(FilterCounter.SEEN), verdicts, "in_filter", "frames"))
        .add(new Identity("ring", "kept", kernel.kept(), ring, "in_ring", "frames"))
        .add(new Identity("decode", "read", read, frames, "in_decode", "frames"))
        .add(new Identity("reassembly", "payload", payload, bytes, "buffered", "bytes"));
  }

  private void reportBeside(StatusReport report) {
    report.add("sweep", sweeps);
    SweepResult sweep = lastSweep;
    if (sweep != null) {
      Map<String, Long> sessions = new LinkedHashMap<>();
      sessions.put("unconfirmed", sweep.unconfirmed());
      sessions.put("confirmed", sweep.confirmed());
      sessions.put("sweep_us", sweep.elapsedNs() / 1000);
      sessions.put("longest_sweep_us", longestSweepNs / 1000);
      report.add("sessions", sessions);
    }
    try {
      interfaces.update();
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
    }
    report.add("interface", interfaces.counters());
  }

  /** Workers that have read a frame. */
  int busyWorkers() {
    return (int)
        workers.stream()
            .filter(worker -> worker.pipeline().decodeCounters().get(DecodeCounter.FRAMES) > 0)
            .count();
  }

  private long sum(ToLongFunction<PacketPipeline> counter) {
    return workers.stream().map(CaptureWorker::pipeline).mapToLong(counter).sum();
  }

  private static String name(Enum<?> counter) {
    return counter.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** After {@link #stop}. */
  @Override
  public void close() throws IOException {
    try (interfaces;
        spares) {
      for (PacketSocket socket : sockets) {
        socket.close();
      }
    } finally {
      filter.close();
    }
  }
}
