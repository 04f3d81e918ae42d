package io.sluice.kernelfilter;

import io.sluice.kernelfilter.ffi.BpfMap;
import io.sluice.kernelfilter.ffi.BpfObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;

/**
 * The kernel's packet filter, loaded. Its maps and the program die with the last descriptor:
 * nothing is pinned, so nothing is left when the process ends in whatever way. Sockets that the
 * filter is attached to keep it alive after {@link #close}.
 *
 * <p>Order of opening: socket with protocol 0, ring, mapping, {@link #attach}, bind, fanout, and
 * {@link #openGate} when all workers have joined. Until then nothing is kept and nothing is
 * counted.
 *
 * <p>Any thread may call any method; sweeps and walks exclude each other, and never a reader of the
 * counters.
 */
public final class HttpFilter implements AutoCloseable {
  private static final String PROGRAM = "http_filter";
  private static final String WORKER_PROGRAM = "worker";

  private final BpfObject object;
  private final BpfObject worker;
  private final int programFd;
  private final CounterMap counters;
  private final SessionMap unconfirmed;
  private final SessionMap confirmed;
  private final Object walking = new Object();
  private long swept;
  private long evicted;

  private HttpFilter(BpfObject object, BpfObject worker) {
    this.object = object;
    this.worker = worker;
    programFd = object.programFd(PROGRAM);
    counters = new CounterMap(object.map("counters"));
    unconfirmed = new SessionMap(object.map("unconfirmed"), false);
    confirmed = new SessionMap(object.map("confirmed"), true);
  }

  /**
   * Loads the program into the kernel. Needs CAP_BPF, or CAP_SYS_ADMIN before Linux 5.8.
   *
   * @throws FilterException with the verifier's log where the kernel refused the program
   */
  public static HttpFilter load(FilterOptions options) {
    BpfObject object = BpfObject.open(PROGRAM, objectBytes(PROGRAM));
    try {
      object.map("unconfirmed").setMaxEntries(options.unconfirmedSessions());
      object.map("confirmed").setMaxEntries(options.confirmedSessions());
      object.map("prefixes").setMaxEntries(Math.max(1, options.selection().prefixes()));
      ConfigLayout.write(object.map(".rodata.config").initialValue(), options);
      ConfigLayout.writePorts(object.map(".rodata.ports").initialValue(), options.selection());
      object.load(PROGRAM);
      enterPrefixes(object.map("prefixes"), options.selection());
      return new HttpFilter(object, loadWorker(options));
    } catch (RuntimeException e) {
      object.close();
      throw e;
    }
  }

  private static BpfObject loadWorker(FilterOptions options) {
    BpfObject worker = BpfObject.open(WORKER_PROGRAM, objectBytes(WORKER_PROGRAM));
    try {
      ConfigLayout.write(worker.map(".rodata.config").initialValue(), options);
      worker.load(WORKER_PROGRAM);
      return worker;
    } catch (RuntimeException e) {
      worker.close();
      throw e;
    }
  }

  private static void enterPrefixes(BpfMap map, Selection selection) {
    for (AddressPrefix prefix : selection.includedPrefixes()) {
      map.update(ConfigLayout.prefixKey(prefix), ConfigLayout.prefixValue(Selection.INCLUDED));
    }
    for (AddressPrefix prefix : selection.excludedPrefixes()) {
      map.update(ConfigLayout.prefixKey(prefix), ConfigLayout.prefixValue(Selection.EXCLUDED));
    }
  }

  /** For SO_ATTACH_BPF; valid until {@link #close}. */
  public int programFd() {
    return programFd;
  }

  /** Attaches the filter to a socket, which may be done before it is bound. */
  public void attach(int socketFd) {
    BpfObject.attach(socketFd, programFd);
  }

  /**
   * Has a fanout group (PACKET_FANOUT_EBPF) give both directions of a session to one socket, by the
   * inner packet where {@link FilterOptions#tunnels} are looked into.
   *
   * @param socketFd of the group's first socket
   */
  public void shareBySession(int socketFd) {
    BpfObject.attachToGroup(socketFd, worker.programFd(WORKER_PROGRAM));
  }

  /** From now on, packets are kept and counted. */
  public void openGate() {
    object.map(".data.gate").update(new byte[4], new byte[] {1, 0, 0, 0});
  }

  /** All counters, summed over the CPUs. */
  public FilterCounts counters() {
    return counters.read();
  }

  /**
   * Removes the sessions that have been idle for longer than this. The program treats them as
   * absent anyhow; this makes room. A session that comes back in the moment between being read and
   * being removed loses its entry, and gets a new one with its next message.
   */
  public SweepResult sweep(long idleNs) {
    synchronized (walking) {
      long startNs = MonotonicClock.nowNs();
      FilterCounts counts = counters();
      long removedUnconfirmed = unconfirmed.removeIdle(startNs, idleNs);
      long leftUnconfirmed = unconfirmed.lastWalkKept();
      long removedConfirmed = confirmed.removeIdle(startNs, idleNs);
      long leftConfirmed = confirmed.lastWalkKept();
      swept += removedUnconfirmed + removedConfirmed;
      // The kernel does not say what it pushes out: it is what was entered, was not replaced in its
      // place, is not here any more and was not removed. What came during the walk may be found
      // though it is not in these counts, so the difference may lag, and never runs ahead.
      long entered =
          counts.get(FilterCounter.SESSION_INSERTED) - counts.get(FilterCounter.SESSION_EXPIRED);
      evicted = Math.max(evicted, entered - swept - leftUnconfirmed - leftConfirmed);
      return new SweepResult(
          leftUnconfirmed,
          leftConfirmed,
          removedUnconfirmed,
          removedConfirmed,
          evicted,
          MonotonicClock.nowNs() - startNs);
    }
  }

  /** The sessions with most bytes, at most {@code limit}, most first. Walks both maps. */
  public List<Session> sessions(int limit) {
    synchronized (walking) {
      TopSessions top = new TopSessions(limit, Comparator.comparingLong(Session::bytes));
      unconfirmed.forEach(top::offer);
      confirmed.forEach(top::offer);
      return top.descending();
    }
  }

  /**
   * Runs the program over one Ethernet frame of 20 bytes or more without a network: for tests and
   * measurements. Counters and sessions change as they would.
   *
   * @param repeat how often, 1 or more
   */
  public TestRun testRun(byte[] frame, int repeat) {
    return object.testRun(programFd, frame, repeat);
  }

  /**
   * What the group's program says of an Ethernet frame that was received: the socket's number
   * before the modulo.
   */
  int workerOf(byte[] frame) {
    return worker.testRunReceived(worker.programFd(WORKER_PROGRAM), frame).verdict();
  }

  /** Enters a session as if its packets had been seen: prior state for tests. */
  void putSession(Session session, int sentBy) {
    (session.confirmed() ? confirmed : unconfirmed).put(session, sentBy);
  }

  /** Descriptors are closed; sockets that the filter is attached to keep filtering. */
  @Override
  public void close() {
    synchronized (walking) {
      object.close();
      worker.close();
    }
  }

  /** A compiled program, as it is in the jar. */
  static byte[] objectBytes(String program) {
    String name = program + ".bpf.o";
    try (InputStream resource = HttpFilter.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new FilterException(
            "cannot load the filter: " + name + " is not in the jar; build the project again");
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new FilterException("cannot read " + name + ": " + e.getMessage() + "; build again");
    }
  }
}
