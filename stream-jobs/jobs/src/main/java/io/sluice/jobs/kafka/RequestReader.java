package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Quantiles;
import io.sluice.jobs.records.Request;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.Response;
import java.util.Locale;

/**
 * From the event's record to what the statistics need, bounded: sensor, host, template, method and
 * run fit together into one key of the table's index (2,704 bytes).
 */
final class RequestReader {
  /** End of the year 9999. Packet times outside 0..this are clamped to it. */
  static final long MAX_TIME_MS = 253_402_300_799_999L;

  static final int MAX_ID_BYTES = 128;
  static final int MAX_HOST_BYTES = 255;
  static final int MAX_METHOD_BYTES = 32;
  static final int MAX_PATH_BYTES = 1024;
  static final int MAX_CLIENT_BYTES = 64;
  static final int MAX_SENSOR_BYTES = 128;

  /** Of what is only ranked: a longer one is one with those that begin alike. */
  private static final int MAX_RANKED_BYTES = 256;

  private static final String TRUNCATED = "truncated";

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
    String host = request.getHost() == null ? "" : request.getHost();
    String path = Target.path(request.getTarget());
    String realClient = event.getFlow().getRealClientIp();
    return new Request(
        Text.clean(event.getId(), MAX_ID_BYTES),
        timeMs(event.getTs().toEpochMilli()),
        Text.clean(event.getSensor(), MAX_SENSOR_BYTES),
        Text.clean(host.toLowerCase(Locale.ROOT), MAX_HOST_BYTES),
        Text.clean(request.getMethod(), MAX_METHOD_BYTES),
        response == null ? 0 : Math.max(0, response.getStatus()),
        event.getFlags().contains(TRUNCATED),
        Text.clean(templates ? PathTemplate.of(path) : path, MAX_PATH_BYTES),
        Text.clean(path, MAX_RANKED_BYTES),
        Text.clean(
            realClient == null ? event.getFlow().getClientIp() : realClient, MAX_CLIENT_BYTES),
        ranked(request.getUserAgent()),
        ranked(withoutQuery(request.getReferrer())),
        sum(request.getHeaderBytes(), request.getBodyBytes()),
        response == null ? 0 : sum(response.getHeaderBytes(), response.getBodyBytes()),
        response == null ? -1 : timeUs(response.getLatencyUs()),
        response == null ? -1 : timeUs(response.getDurationUs()));
  }

  private static String ranked(String text) {
    return text == null ? "" : Text.clean(text, MAX_RANKED_BYTES);
  }

  /** A query makes every referrer a new one, and holds what is nobody's business. */
  private static String withoutQuery(String referrer) {
    if (referrer == null) {
      return null;
    }
    for (int i = 0; i < referrer.length(); i++) {
      if (referrer.charAt(i) == '?' || referrer.charAt(i) == '#') {
        return referrer.substring(0, i);
      }
    }
    return referrer;
  }

  private static long timeUs(long us) {
    return Math.max(0, Math.min(us, Quantiles.MAX_US));
  }

  static long timeMs(long timeMs) {
    return Math.max(0, Math.min(timeMs, MAX_TIME_MS));
  }

  /** Of two lengths; a negative one counts as none, and the sum stops at the largest long. */
  private static long sum(long header, long body) {
    long sum = Math.max(0, header) + Math.max(0, body);
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
