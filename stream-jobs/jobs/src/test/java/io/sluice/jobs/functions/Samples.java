package io.sluice.jobs.functions;

import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Origin;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.support.Requests;
import io.sluice.jobs.time.Windows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Values for tests. */
final class Samples {
  static final Bounds BOUNDS = new Bounds(10_000, 500, 2000, 200, 1000, 100_000);

  private Samples() {}

  /** A GET answered with 200 after 1 ms, whole after 2: 100 bytes there, 1,000 back. */
  static Request request(String id, long timeMs, String host, String path) {
    return Requests.of(
        id,
        timeMs,
        "s",
        host,
        "GET",
        200,
        false,
        path,
        path,
        "10.0.0.1",
        "agent",
        "",
        100,
        1000,
        1000,
        2000);
  }

  /** What a bundle makes of one request. */
  static Partial partial(Windows windows, Request request) {
    Bundle bundle = new Bundle(windows, window -> window, BOUNDS.values());
    bundle.add(request);
    List<Partial> partials = new ArrayList<>();
    bundle.drain(partials::add);
    return partials.get(0);
  }

  static RawRecord raw() {
    byte[] bytes = "x".getBytes(StandardCharsets.UTF_8);
    return new RawRecord(new Origin("t", 1, 2), 3, bytes, bytes, "type", "s", null, null);
  }

  static LiveRequest live(String id, long timeMs) {
    return new LiveRequest(request(id, timeMs, "h", "/"), raw());
  }
}
