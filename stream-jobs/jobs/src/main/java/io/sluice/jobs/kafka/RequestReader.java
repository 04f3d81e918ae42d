package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Latencies;
import io.sluice.jobs.records.Request;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.Response;
import java.util.Locale;

/**
 * From the event's record to what the statistics need, bounded: the four texts and the run fit
 * together into one key of the table's index (2,704 bytes).
 */
final class RequestReader {
  /** End of the year 9999. Packet times outside 0..this are clamped to it. */
  static final long MAX_TIME_MS = 253_402_300_799_999L;

  static final int MAX_ID_BYTES = 128;
  static final int MAX_HOST_BYTES = 255;
  static final int MAX_METHOD_BYTES = 32;
  static final int MAX_PATH_BYTES = 1024;
  static final int MAX_CLIENT_BYTES = 64;

  private final boolean templates;

  /**
   * @param templates whether paths become templates ({@link PathTemplate}) or stay as they are
   */
  RequestReader(boolean templates) {
    this.templates = templates;
  }

  Request read(RequestEvent event) {
    var request = event.getRequest();
    Response response = event.getResponse();
    int status = response == null ? 0 : response.getStatus();
    String host = request.getHost() == null ? "" : request.getHost();
    return new Request(
        Text.clean(event.getId(), MAX_ID_BYTES),
        timeMs(event.getTs().toEpochMilli()),
        Text.clean(host.toLowerCase(Locale.ROOT), MAX_HOST_BYTES),
        Text.clean(request.getMethod(), MAX_METHOD_BYTES),
        statusClass(response, status),
        status >= 400,
        Text.clean(path(request.getTarget()), MAX_PATH_BYTES),
        Text.clean(event.getFlow().getClientIp(), MAX_CLIENT_BYTES),
        sum(request.getHeaderBytes(), request.getBodyBytes()),
        response == null ? 0 : sum(response.getHeaderBytes(), response.getBodyBytes()),
        response == null ? -1 : Math.max(0, Math.min(response.getLatencyUs(), Latencies.MAX_US)));
  }

  private String path(String target) {
    String path = Target.path(target);
    return templates ? PathTemplate.of(path) : path;
  }

  static long timeMs(long timeMs) {
    return Math.max(0, Math.min(timeMs, MAX_TIME_MS));
  }

  private static int statusClass(Response response, int status) {
    return response == null ? 0 : Math.max(0, Math.min(status / 100, 5));
  }

  /** Of two lengths; a negative one counts as none, and the sum stops at the largest long. */
  private static long sum(long header, long body) {
    long sum = Math.max(0, header) + Math.max(0, body);
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
