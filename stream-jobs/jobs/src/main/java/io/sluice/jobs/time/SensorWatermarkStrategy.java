package io.sluice.jobs.time;

import io.sluice.jobs.functions.JobMetrics;
import io.sluice.jobs.records.Incoming;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.Counter;

/** One generator for each partition; their counters are the source's. */
public final class SensorWatermarkStrategy implements WatermarkStrategy<Incoming> {
  private static final long serialVersionUID = 1;

  private final EventTimeOptions options;
  private final WallClock clock;

  private transient Counter clamped;
  private transient Counter overBound;

  public SensorWatermarkStrategy(EventTimeOptions options, WallClock clock) {
    this.options = options;
    this.clock = clock;
  }

  @Override
  public WatermarkGenerator<Incoming> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    if (clamped == null) {
      clamped = JobMetrics.CLAMPED.on(context.getMetricGroup());
      overBound = JobMetrics.SENSORS_OVER_BOUND.on(context.getMetricGroup());
    }
    return new SensorWatermarks(
        options, clock, context.getInputActivityClock(), clamped, overBound);
  }

  @Override
  public TimestampAssigner<Incoming> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (record, kafkaTimestampMs) -> record.timeMs();
  }
}
