package io.sluice.collector.pipeline;

import io.sluice.collector.capture.BufferLender;
import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.decode.PacketDecoder;
import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.flow.FlowTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * From the frames of a file to encoded events on all processors: the same events in the same order
 * as {@link PacketPipeline} gives, bytes for bytes, on any number of them (where no bound of memory
 * is reached: each shard has its share of them).
 *
 * <p>The calling thread reads and decodes. It deals segments out to shards by their flow, a batch
 * for each buffer that it reads into. Each shard works on its parts of the batches in order, on
 * whichever thread is free; the caller's takes part when it is ahead. When all shards are through
 * with a batch, their events are merged by the frame at which each came out.
 */
public final class ParallelPipeline implements FrameHandler, BufferLender, AutoCloseable {
  /** Always so many, whatever the machine: so the shares of the bounds are the same everywhere. */
  public static final int SHARDS = 4;

  private static final int BATCHES = 6;

  private final PacketDecoder decoder = new PacketDecoder();
  private final Shard[] shards = new Shard[SHARDS];
  private final Batch[] batches = new Batch[BATCHES];
  private final Arena arena = Arena.ofShared();
  private final RecordOutput out;
  private final List<Thread> helpers = new ArrayList<>();

  // the calling thread's
  private final TcpSegment segment = new TcpSegment();
  private Batch filling;
  private long nowNs = Long.MIN_VALUE;

  // under the lock
  private final Object lock = new Object();
  private long submitted;
  private long merged;
  private boolean merging;
  private final long[] next = new long[SHARDS];
  private final boolean[] busy = new boolean[SHARDS];
  private boolean closed;
  private Throwable failure;

  /**
   * @param encodings one for each shard, {@link #SHARDS}
   * @param out takes the records, on any of the threads
   * @param threads how many may work, the calling one included, 1 or more
   */
  public ParallelPipeline(
      PipelineOptions options, List<EventEncoding> encodings, RecordOutput out, int threads) {
    this.out = out;
    PipelineOptions share = options.shareOf(SHARDS);
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard(share, encodings.get(i));
    }
    for (int i = 0; i < BATCHES; i++) {
      batches[i] = new Batch(SHARDS);
    }
    filling = batches[0];
    for (int i = 1; i < Math.min(threads, SHARDS + 1); i++) {
      Thread helper = new Thread(this::help, "reader-" + i);
      helper.setDaemon(true);
      helpers.add(helper);
      helper.start();
    }
  }

  @Override
  public void onFrame(Frame frame) {
    if (!decoder.decode(frame, segment)) {
      return;
    }
    if (!segment.memory.equals(frame.memory)) {
      keep(segment);
    }
    if (segment.timestampNs > nowNs) {
      if (FlowTable.isTick(nowNs, segment.timestampNs)) {
        filling.addTick(segment.frame, segment.timestampNs);
      }
      nowNs = segment.timestampNs;
    }
    filling.parts[shardOf(segment)].add(segment, nowNs);
  }

  /** What was put together of fragments lies where the decoder needs it again. */
  private static void keep(TcpSegment segment) {
    MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, segment.capturedLength));
    MemorySegment.copy(segment.memory, segment.payloadOffset, copy, 0, segment.capturedLength);
    segment.memory = copy;
    segment.payloadOffset = 0;
  }

  /** Both directions alike. */
  private static int shardOf(TcpSegment s) {
    long sum = s.sourceLow + s.destinationLow + s.sourceHigh + s.destinationHigh;
    long mixed = (sum * 31 + s.sourcePort + s.destinationPort) * 0x9e3779b97f4a7c15L;
    return (int) (((mixed >>> 32) * SHARDS) >>> 32);
  }

  @Override
  public MemorySegment next(long minBytes) {
    submit();
    return filling.buffer(minBytes, arena);
  }

  /** Returns when every event of the frames so far has been handed over. */
  public void drain() {
    if (filling.isEmpty()) {
      awaitMerged(submitted);
      return;
    }
    Batch drained = filling;
    submit();
    awaitMerged(submitted);
    // The source goes on in the buffer in which it is.
    filling.swapBuffers(drained);
  }

  /** The input ended: hands over all that is left, what is pending flow by flow. */
  public void finish() {
    drain();
    for (int i = 0; i < SHARDS; i++) {
      shards[i].finish(filling.parts[i]);
    }
    filling.merge(out);
  }

  /** Ends the threads; frames that were not drained are lost. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    for (Batch batch : batches) {
      batch.close();
    }
    arena.close();
  }

  // ---- who does what

  /** The batch being filled is complete; the next to fill is free on return. */
  private void submit() {
    synchronized (lock) {
      submitted++;
      lock.notifyAll();
    }
    awaitMerged(submitted - BATCHES + 1);
    filling = batches[(int) (submitted % BATCHES)];
  }

  /** Works until so many batches have been merged. */
  private void awaitMerged(long batchCount) {
    while (true) {
      synchronized (lock) {
        while (merged < batchCount && failure == null && choose() < 0) {
          await();
        }
        if (failure != null) {
          throw asUnchecked(failure);
        }
        if (merged >= batchCount) {
          return;
        }
      }
      work();
    }
  }

  private void help() {
    while (true) {
      synchronized (lock) {
        while (!closed && failure == null && choose() < 0) {
          await();
        }
        if (closed || failure != null) {
          return;
        }
      }
      work();
    }
  }

  /** One part of a batch by its shard, if there still is one to be done. */
  private void work() {
    int shard;
    Batch batch;
    synchronized (lock) {
      shard = choose();
      if (shard < 0) {
        return;
      }
      busy[shard] = true;
      batch = batches[(int) (next[shard] % BATCHES)];
    }
    try {
      shards[shard].process(batch, batch.parts[shard]);
      release(shard);
      mergeWhatIsReady();
    } catch (RuntimeException | Error e) {
      synchronized (lock) {
        failure = e;
        lock.notifyAll();
      }
    }
  }

  private void release(int shard) {
    synchronized (lock) {
      busy[shard] = false;
      next[shard]++;
      lock.notifyAll();
    }
  }

  /** The free shard that is furthest behind and has something to do, or -1. Under the lock. */
  private int choose() {
    int chosen = -1;
    for (int i = 0; i < SHARDS; i++) {
      if (!busy[i] && next[i] < submitted && (chosen < 0 || next[i] < next[chosen])) {
        chosen = i;
      }
    }
    return chosen;
  }

  private void mergeWhatIsReady() {
    while (true) {
      Batch ready;
      synchronized (lock) {
        if (merging || merged >= leastNext()) {
          return;
        }
        merging = true;
        ready = batches[(int) (merged % BATCHES)];
      }
      ready.merge(out);
      synchronized (lock) {
        merging = false;
        merged++;
        lock.notifyAll();
      }
    }
  }

  private long leastNext() {
    long least = Long.MAX_VALUE;
    for (long each : next) {
      least = Math.min(least, each);
    }
    return least;
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void await() {
    try {
      lock.wait();
    } catch (InterruptedException e) {
      failure = new IllegalStateException("interrupted while reading", e);
    }
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  // ---- for tests

  Counters<DecodeCounter> decodeCounters() {
    return decoder.counters();
  }

  /** What has been counted in all shards; not while they work. */
  List<SegmentPipeline> shards() {
    List<SegmentPipeline> all = new ArrayList<>();
    for (Shard shard : shards) {
      all.add(shard.pipeline());
    }
    return all;
  }
}
