package io.sluice.jobs.functions;

import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.time.Windows;
import org.apache.flink.streaming.api.watermark.Watermark;

/** Live requests to partial rows. */
public final class LiveBundles extends Bundling<Request, Partial> {
  private static final long serialVersionUID = 1;

  private final Windows windows;
  private final Bounds bounds;
  private transient HostBound hosts;
  private transient Bundle bundle;

  public LiveBundles(Windows windows, Bounds bounds, int maxRows, long maxWaitMs) {
    super(maxRows, maxWaitMs);
    this.windows = windows;
    this.bounds = bounds;
  }

  @Override
  public void open() throws Exception {
    super.open();
    hosts = new HostBound(bounds.hosts());
    bundle = new Bundle(windows, hosts::place, bounds.values());
  }

  @Override
  void add(Request request) {
    bundle.add(request);
  }

  @Override
  int rows() {
    return bundle.size();
  }

  @Override
  void flush(long watermarkMs) {
    if (bundle.firstLastMs() <= watermarkMs) {
      bundle.drain(watermarkMs, this::emit);
    }
  }

  @Override
  void flush() {
    bundle.drain(this::emit);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    // Admission lets no event of an earlier window pass.
    hosts.forgetBefore(mark.getTimestamp() - windows.latenessMs() - windows.sizeMs());
  }
}
