package io.sluice.jobs.time;

import io.sluice.jobs.records.Incoming;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Event time of one partition: the slowest of the sensors that are heard in it, from their live
 * events and heartbeats alone. Replayed records leave it where it is. A packet time ahead of this
 * machine's clock moves it no further than to that clock, and a sensor far behind the fastest holds
 * it no further back than the bound: a clock that is wrong is its own sensor's trouble.
 *
 * <p>It holds no state across a restart: the first records set it anew.
 */
final class SensorWatermarks implements WatermarkGenerator<Incoming> {
  /** Before any time, and far enough from the least long to subtract from. */
  private static final long NONE = Long.MIN_VALUE / 2;

  private final EventTimeOptions options;
  private final WallClock clock;
  private final RelativeClock activity;
  private final Counter clamped;
  private final Counter overBound;

  /** Bounded by {@link EventTimeOptions#maxSensors}, plus one for the rest. */
  private final Map<String, Progress> sensors = new HashMap<>();

  /** By the clock of activity, as is when a sensor was heard. */
  private long lastHeardMs;

  /** Newest time that was believed, of the sensors heard of late. */
  private long fastestMs = NONE;

  private static final class Progress {
    long timeMs = Long.MIN_VALUE;
    long heardMs;

    /** Whether its newest time is its own: a clamped one says nothing about others. */
    boolean believed;
  }

  /**
   * @param activity stands still while this partition could not be read: nothing is silent for that
   */
  SensorWatermarks(
      EventTimeOptions options,
      WallClock clock,
      RelativeClock activity,
      Counter clamped,
      Counter overBound) {
    this.options = options;
    this.clock = clock;
    this.activity = activity;
    this.clamped = clamped;
    this.overBound = overBound;
    this.lastHeardMs = activity.relativeTimeMillis();
  }

  @Override
  public void onEvent(Incoming record, long timestampMs, WatermarkOutput output) {
    if (record.kind() != Incoming.Kind.LIVE && record.kind() != Incoming.Kind.HEARTBEAT) {
      return;
    }
    long now = clock.millis();
    long time = record.timeMs();
    boolean ahead = time > now + options.maxAheadMs();
    if (ahead) {
      time = now;
    }
    lastHeardMs = activity.relativeTimeMillis();
    Progress progress = progress(record.sensor());
    progress.heardMs = lastHeardMs;
    progress.believed = !ahead;
    progress.timeMs = Math.max(progress.timeMs, time);
    if (!ahead) {
      fastestMs = Math.max(fastestMs, time);
    }
    if (ahead || time < fastestMs - options.maxBehindMs()) {
      clamped.inc();
    }
  }

  private Progress progress(String sensor) {
    Progress progress = sensors.get(sensor);
    if (progress == null) {
      if (sensors.size() < options.maxSensors()) {
        progress = new Progress();
        sensors.put(sensor, progress);
      } else {
        overBound.inc();
        progress = sensors.computeIfAbsent("", rest -> new Progress());
      }
    }
    return progress;
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    long now = activity.relativeTimeMillis();
    sensors.values().removeIf(progress -> now - progress.heardMs > options.silentAfterMs());
    if (now - lastHeardMs > options.idleAfterMs()) {
      output.markIdle();
      return;
    }
    long slowest = Long.MAX_VALUE;
    fastestMs = NONE;
    for (Progress progress : sensors.values()) {
      slowest = Math.min(slowest, progress.timeMs);
      if (progress.believed) {
        fastestMs = Math.max(fastestMs, progress.timeMs);
      }
    }
    if (slowest != Long.MAX_VALUE) {
      output.markActive();
      long held = Math.max(slowest, fastestMs - options.maxBehindMs());
      output.emitWatermark(new Watermark(held - options.outOfOrderMs() - 1));
    }
  }
}
