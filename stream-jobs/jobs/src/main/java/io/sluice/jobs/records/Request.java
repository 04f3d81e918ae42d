package io.sluice.jobs.records;

/**
 * What the statistics need of one request event. All strings are bounded and clean (see {@code
 * RequestReader}).
 *
 * @param timeMs event time, milliseconds since 1970 UTC, 0..{@code RequestReader.MAX_TIME_MS}
 * @param host lower case, empty where the request names none
 * @param status 0 without a response
 * @param truncated whether the event misses a part of the messages
 * @param template the path with placeholders for identifiers
 * @param path the target's path, without its query
 * @param client the one that trusted proxies name, else the address that sent it
 * @param userAgent empty without one
 * @param referrer without its query; empty without one
 * @param latencyUs microseconds, 0..one day, or -1 without a response
 * @param durationUs the same
 */
public record Request(
    String id,
    long timeMs,
    String sensor,
    String host,
    String method,
    int status,
    boolean truncated,
    String template,
    String path,
    String client,
    String userAgent,
    String referrer,
    long requestBytes,
    long responseBytes,
    long latencyUs,
    long durationUs) {
  private static final int STATUSES = 600;
  private static final String[] STATUS_TEXTS = new String[STATUSES];

  static {
    STATUS_TEXTS[0] = "";
    for (int status = 1; status < STATUSES; status++) {
      STATUS_TEXTS[status] = Integer.toString(status);
    }
  }

  /** 1..5, or 0 without a response. */
  public int statusClass() {
    return Math.max(0, Math.min(status / 100, 5));
  }

  public boolean isError() {
    return status >= 400;
  }

  /** A status in decimal, empty without a response. */
  public static String statusText(int status) {
    return status >= 0 && status < STATUSES ? STATUS_TEXTS[status] : Integer.toString(status);
  }
}
