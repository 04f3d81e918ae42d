package io.sluice.jobs.support;

import io.sluice.schemas.RequestEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The statistics as a few lines of plain counting: what the job must agree with. A row is {@code
 * dimension start host method class value -> requests errors bytes-in bytes-out latencies sum}.
 */
public final class Model {
  private final Map<String, long[]> rows = new TreeMap<>();

  public void add(RequestEvent event) {
    long start = Math.floorDiv(event.getTs().toEpochMilli(), 10_000L) * 10;
    String host = event.getRequest().getHost();
    int status = event.getResponse() == null ? 0 : event.getResponse().getStatus();
    add("0 " + start + " " + host + " GET " + status / 100 + " ", event);
    String target = event.getRequest().getTarget();
    add("1 " + start + " " + host + "  0 " + target, event);
    add("2 " + start + " " + host + "  0 " + event.getFlow().getClientIp(), event);
  }

  private void add(String key, RequestEvent event) {
    long[] sums = rows.computeIfAbsent(key, k -> new long[6]);
    sums[0]++;
    sums[2] += 110;
    if (event.getResponse() != null) {
      sums[1] += event.getResponse().getStatus() >= 400 ? 1 : 0;
      sums[3] += 220;
      sums[4]++;
      sums[5] += 1000;
    }
  }

  public List<String> rows() {
    List<String> all = new ArrayList<>();
    rows.forEach((key, sums) -> {
      StringBuilder row = new StringBuilder(key);
      for (long sum : sums) {
        row.append(' ').append(sum);
      }
      all.add(row.toString());
    });
    all.sort(null);
    return all;
  }

  /** The same rows from the store. */
  public static List<String> stored(LocalStore store, String run, String attempt)
      throws java.sql.SQLException {
    List<String> rows =
        store.query(
            "SELECT dimension, extract(epoch FROM window_start)::bigint, host, method,"
                + " status_class, value, requests, errors, request_bytes, response_bytes,"
                + " latency_count, latency_sum_us FROM request_stats WHERE run = '"
                + run
                + "' AND attempt = '"
                + attempt
                + "'");
    rows.sort(null);
    return rows;
  }
}
