package io.sluice.jobs.functions;

import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Origin;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.Request;
import java.nio.charset.StandardCharsets;

/** Values for tests. */
final class Samples {
  private Samples() {}

  /** A GET answered with 200 after 1 ms: 100 bytes there, 1,000 back. */
  static Request request(String id, long timeMs, String host, String path) {
    return new Request(id, timeMs, host, "GET", 2, false, path, "10.0.0.1", 100, 1000, 1000);
  }

  static RawRecord raw() {
    byte[] bytes = "x".getBytes(StandardCharsets.UTF_8);
    return new RawRecord(new Origin("t", 1, 2), 3, bytes, bytes, "type", "s", null, null);
  }

  static LiveRequest live(String id, long timeMs) {
    return new LiveRequest(request(id, timeMs, "h", "/"), raw());
  }
}
