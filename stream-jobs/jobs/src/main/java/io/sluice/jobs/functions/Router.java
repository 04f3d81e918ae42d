package io.sluice.jobs.functions;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.time.WallClock;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Sends each record on its way: live requests on, the rest to side outputs. Heartbeats end here:
 * their time has already moved the watermark.
 */
public final class Router extends ProcessFunction<Incoming, LiveRequest> implements Tallying {
  private static final long serialVersionUID = 1;

  public static final OutputTag<Incoming> REPLAYS = Tags.of("replays", Incoming.class);
  public static final OutputTag<RawRecord> MALFORMED = Tags.of("malformed", RawRecord.class);
  public static final OutputTag<RawRecord> FUTURE = Tags.of("future", RawRecord.class);

  private final long maxAheadMs;
  private final long clampAheadMs;
  private final WallClock clock;

  private transient Counter consumed;
  private transient Counter unknown;
  private transient Counter malformed;
  private transient Counter replayed;
  private transient Counter heartbeats;
  private transient Counter replayEnds;
  private transient Counter future;
  private transient long[] tally;

  /**
   * @param maxAheadMs how far ahead of the clock a live event may be and still open a window
   * @param clampAheadMs how far ahead a packet time moves event time as it is
   */
  public Router(long maxAheadMs, long clampAheadMs, WallClock clock) {
    this.maxAheadMs = maxAheadMs;
    this.clampAheadMs = clampAheadMs;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var metrics = getRuntimeContext().getMetricGroup();
    consumed = JobMetrics.CONSUMED.on(metrics);
    unknown = JobMetrics.UNKNOWN.on(metrics);
    malformed = JobMetrics.MALFORMED.on(metrics);
    replayed = JobMetrics.REPLAYED.on(metrics);
    heartbeats = JobMetrics.HEARTBEATS.on(metrics);
    replayEnds = JobMetrics.REPLAY_ENDS.on(metrics);
    future = JobMetrics.FUTURE.on(metrics);
    tally = LedgerCount.none();
  }

  @Override
  public long[] takeTally() {
    long[] taken = tally;
    tally = LedgerCount.none();
    return taken;
  }

  private void count(Counter counter, LedgerCount column) {
    counter.inc();
    tally[column.ordinal()]++;
  }

  @Override
  public void processElement(Incoming record, Context context, Collector<LiveRequest> out) {
    count(consumed, LedgerCount.CONSUMED);
    switch (record.kind()) {
      case LIVE -> {
        long now = clock.millis();
        countClamped(record, now);
        if (record.timeMs() > now + maxAheadMs) {
          count(future, LedgerCount.FUTURE);
          context.output(FUTURE, record.raw().because("future"));
        } else {
          out.collect(new LiveRequest(record.request(), record.raw()));
        }
      }
      case REPLAYED -> {
        count(replayed, LedgerCount.REPLAYED);
        context.output(REPLAYS, record);
      }
      case REPLAY_END -> {
        count(replayEnds, LedgerCount.REPLAY_ENDS);
        context.output(REPLAYS, record);
      }
      case HEARTBEAT -> {
        count(heartbeats, LedgerCount.HEARTBEATS);
        countClamped(record, clock.millis());
      }
      case MALFORMED -> {
        count(malformed, LedgerCount.MALFORMED);
        context.output(MALFORMED, record.raw());
      }
      case UNKNOWN -> count(unknown, LedgerCount.UNKNOWN);
    }
  }

  /**
   * Ahead of the clock, as {@code SensorWatermarks} judges it, which has no way to the ledger; what
   * it finds far behind others is in the metric alone.
   */
  private void countClamped(Incoming record, long nowMs) {
    if (record.timeMs() > nowMs + clampAheadMs) {
      tally[LedgerCount.CLAMPED.ordinal()]++;
    }
  }
}
