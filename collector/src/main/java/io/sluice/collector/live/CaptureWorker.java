package io.sluice.collector.live;

import io.sluice.collector.capture.PacketPoller;
import io.sluice.collector.capture.PacketSocket;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.posix.PosixException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One thread from ring to event, to completion. Shares nothing but its counters and the packet time
 * that it has reached.
 */
final class CaptureWorker implements Runnable {
  private static final int POLL_TIMEOUT_MS = 100;
  private static final long NS_PER_MS = 1_000_000L;

  private record Replacement(PacketSocket old, PacketSocket by) {}

  private final List<PacketSocket> sockets;
  private final ConcurrentLinkedQueue<Replacement> replacements = new ConcurrentLinkedQueue<>();
  private final PacketPipeline pipeline;
  private final EventOutput output;
  private final int retireTimeoutMs;
  private volatile boolean stopRequested;
  private volatile long reachedNs;
  private volatile long movedNs = System.nanoTime();
  private volatile RuntimeException failure;

  CaptureWorker(
      List<PacketSocket> sockets,
      PacketPipeline pipeline,
      EventOutput output,
      int retireTimeoutMs) {
    this.sockets = new ArrayList<>(sockets);
    this.pipeline = pipeline;
    this.output = output;
    this.retireTimeoutMs = retireTimeoutMs;
  }

  @Override
  public void run() {
    PacketPoller poller = new PacketPoller(sockets);
    try {
      while (!stopRequested) {
        movedNs = System.nanoTime();
        // Also under full load of another interface.
        if (!replacements.isEmpty()) {
          poller.close();
          replace();
          poller = new PacketPoller(sockets);
        }
        if (!readBlocks()) {
          idle();
          poller.await(POLL_TIMEOUT_MS);
        }
      }
      poller.close();
      replace();
      poller = new PacketPoller(sockets);
      drain(poller);
      pipeline.finish();
      output.onIdle();
    } catch (PosixException e) {
      failure =
          new IllegalStateException(
              "cannot go on capturing: " + e.getMessage() + "; start the collector again", e);
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      poller.close();
    }
  }

  /**
   * Makes the worker go on with another socket, when it has read what is left in the old one's
   * ring, which it then closes. Any thread.
   */
  void replace(PacketSocket old, PacketSocket by) {
    replacements.add(new Replacement(old, by));
  }

  private void replace() throws PosixException {
    for (Replacement next = replacements.poll(); next != null; next = replacements.poll()) {
      while (next.old.readBlock(pipeline)) {}
      next.old.updateStatistics();
      next.old.close();
      sockets.set(sockets.indexOf(next.old), next.by);
    }
  }

  /** Makes the worker read what is in the ring, emit what is pending, and end. Any thread. */
  void stop() {
    stopRequested = true;
  }

  /** Why the worker ended by itself, or null. Any thread. */
  RuntimeException failure() {
    return failure;
  }

  /**
   * Packet time up to which all events that the packets give have been handed over; 0 before the
   * first. Nanoseconds since 1970. Any thread.
   */
  long reachedNs() {
    return reachedNs;
  }

  /** When it last began a round, which takes a tenth of a second at rest; monotonic. Any thread. */
  long movedNs() {
    return movedNs;
  }

  PacketPipeline pipeline() {
    return pipeline;
  }

  private boolean readBlocks() {
    boolean any = false;
    long latestNs = 0;
    for (PacketSocket socket : sockets) {
      if (socket.readBlock(pipeline)) {
        any = true;
        latestNs = Math.max(latestNs, socket.lastTimestampNs());
      }
    }
    if (any) {
      // A packet's clock may run ahead of ours; what nobody has reached yet must not be promised.
      reach(Math.min(latestNs, wallClockNs()));
    }
    return any;
  }

  private void idle() {
    long nowNs = wallClockNs();
    pipeline.onTime(nowNs - marginNs());
    output.onIdle();
    reach(nowNs);
  }

  /** Frames of that long ago may still stand in a block that the kernel has not handed over. */
  private long marginNs() {
    return 2L * retireTimeoutMs * NS_PER_MS;
  }

  private void reach(long packetTimeNs) {
    reachedNs = packetTimeNs - marginNs();
  }

  private void drain(PacketPoller poller) throws PosixException {
    for (PacketSocket socket : sockets) {
      socket.stopReceiving();
    }
    // A block that is not full is handed over after the retire timeout, rounded to kernel ticks.
    long patienceNs = (2L * retireTimeoutMs + 20) * NS_PER_MS;
    long lastBlockNs = System.nanoTime();
    while (System.nanoTime() - lastBlockNs < patienceNs) {
      if (readBlocks()) {
        lastBlockNs = System.nanoTime();
      } else {
        poller.await(5);
      }
    }
  }

  private static long wallClockNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
