package io.sluice.jobs.functions;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.time.Windows;
import java.util.HashMap;
import java.util.Map;

/**
 * Replayed requests to partial rows, then how many requests these were; the end of a replay passes
 * behind what came before it.
 */
public final class ReplayBundles extends Bundling<Incoming, ReplayStep> {
  private static final long serialVersionUID = 1;

  private final Windows windows;
  private final Bounds bounds;
  private transient Map<ReplayKey, Bundle> bundles;
  private transient int rows;

  public ReplayBundles(Windows windows, Bounds bounds, int maxRows, long maxWaitMs) {
    super(maxRows, maxWaitMs);
    this.windows = windows;
    this.bounds = bounds;
  }

  @Override
  public void open() throws Exception {
    super.open();
    bundles = new HashMap<>();
  }

  @Override
  void add(Incoming record) {
    if (record.kind() == Incoming.Kind.REPLAY_END) {
      flush();
      emit(ReplayStep.end(record.end()));
      return;
    }
    Bundle bundle =
        bundles.computeIfAbsent(
            record.replay(), key -> new Bundle(windows, window -> window, bounds.totalValues()));
    rows -= bundle.size();
    bundle.add(record.request());
    rows += bundle.size();
  }

  @Override
  int rows() {
    return rows;
  }

  /** No watermark closes a replay's window. */
  @Override
  void flush(long watermarkMs) {}

  @Override
  void flush() {
    bundles.forEach((key, bundle) -> {
      long requests = bundle.drain(partial -> emit(ReplayStep.partial(key, partial)));
      emit(ReplayStep.counted(key, requests));
    });
    bundles.clear();
    rows = 0;
  }
}
