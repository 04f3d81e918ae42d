package io.sluice.jobs.support;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sluice.jobs.records.Request;

/** Requests of texts. */
public final class Requests {
  private Requests() {}

  /** What is read of an event that says so. */
  public static Request of(
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
    Request.Builder out = new Request.Builder();
    out.begin();
    out.add(host);
    out.add(path);
    out.add(client);
    out.add(userAgent);
    out.add(referrer);
    out.beginRow(status);
    out.addToRow(sensor);
    out.addToRow(method);
    out.addToRow(template);
    return out.build(
        Hashing.komihash5_0().hashCharsToLong(id),
        timeMs,
        truncated,
        requestBytes,
        responseBytes,
        latencyUs,
        durationUs);
  }
}
