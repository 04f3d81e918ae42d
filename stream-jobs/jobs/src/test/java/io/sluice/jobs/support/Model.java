package io.sluice.jobs.support;

import io.sluice.schemas.RequestEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The statistics as a few lines of plain counting: what the job must agree with. Rows are texts, of
 * three kinds: sums of a sensor, host, template, method and class; of a host; of all hosts. The
 * latter two with each value's count, so not for more values than are kept.
 */
public final class Model {
  private static final int[] LEVELS = {10, 60, 3600, 86_400};

  /** By level, then by key. */
  private final Map<Integer, Map<String, Row>> rows = new TreeMap<>();

  private static final class Row {
    final long[] sums = new long[8];
    final List<Map<String, Long>> values = new ArrayList<>();
  }

  public void add(RequestEvent event) {
    String host = event.getRequest().getHost();
    String path = event.getRequest().getTarget();
    String template = path.replaceAll("/\\d+", "/{int}");
    String method = event.getRequest().getMethod();
    String client = event.getFlow().getClientIp();
    String status =
        event.getResponse() == null ? "" : Integer.toString(event.getResponse().getStatus());
    int statusClass = event.getResponse() == null ? 0 : event.getResponse().getStatus() / 100;
    for (int level : LEVELS) {
      long start = Math.floorDiv(event.getTs().getEpochSecond(), level) * level;
      String time = level + " " + start + " ";
      add(
          level,
          "sums "
              + time
              + String.join(
                  " ", event.getSensor(), host, template, method, Integer.toString(statusClass)),
          event);
      add(level, "host " + time + host, event, path, template, client, method, status);
      add(level, "all " + time, event, host + path, host + template, client, method, status);
    }
  }

  private void add(int level, String key, RequestEvent event, String... values) {
    Row row =
        rows.computeIfAbsent(level, l -> new TreeMap<>()).computeIfAbsent(key, k -> new Row());
    row.sums[0]++;
    row.sums[2] += event.getFlags().contains("truncated") ? 1 : 0;
    row.sums[3] += 110;
    if (event.getResponse() != null) {
      row.sums[1] += event.getResponse().getStatus() >= 400 ? 1 : 0;
      row.sums[4] += 220;
      row.sums[5]++;
      row.sums[6] += 1000;
      row.sums[7] += 2000;
    }
    for (int i = 0; i < values.length; i++) {
      if (row.values.size() == i) {
        row.values.add(new TreeMap<>());
      }
      row.values.get(i).merge(values[i], 1L, Long::sum);
    }
  }

  /** Of windows of all lengths. */
  public List<String> rows() {
    List<String> all = new ArrayList<>();
    for (int level : LEVELS) {
      all.addAll(rows(level));
    }
    all.sort(null);
    return all;
  }

  /** Of windows of that many seconds. */
  public List<String> rows(int level) {
    List<String> all = new ArrayList<>();
    rows.getOrDefault(level, Map.of())
        .forEach((key, row) -> {
          StringBuilder text = new StringBuilder(key);
          for (long sum : row.sums) {
            text.append(' ').append(sum);
          }
          for (Map<String, Long> values : row.values) {
            text.append(' ').append(values.keySet()).append(' ').append(values.values());
          }
          all.add(text.toString());
        });
    all.sort(null);
    return all;
  }

  /** The same rows from the store. */
  public static List<String> stored(LocalStore store, String run, String attempt)
      throws SQLException {
    return stored(store, run, attempt, "true");
  }

  public static List<String> stored(LocalStore store, String run, String attempt, int level)
      throws SQLException {
    return stored(store, run, attempt, "window_seconds = " + level);
  }

  private static List<String> stored(LocalStore store, String run, String attempt, String which)
      throws SQLException {
    String time = "window_seconds, extract(epoch FROM window_start)::bigint, ";
    String sums =
        "requests, errors, truncated, request_bytes, response_bytes, latency_count,"
            + " latency_sum_us, duration_sum_us";
    // Two lists, in the order of the model's.
    StringBuilder values = new StringBuilder();
    for (String of : new String[] {"path", "template", "client", "method"}) {
      values.append(", ").append(list(of + "s")).append(", ").append(list(of + "_requests"));
    }
    values.append(", ").append(list("statuses")).append(", ").append(list("status_requests"));
    String where = " WHERE run = '" + run + "' AND attempt = '" + attempt + "' AND " + which;
    List<String> rows = new ArrayList<>();
    rows.addAll(
        store.query(
            "SELECT 'sums', "
                + time
                + "sensor, host, path, method, status_class, "
                + sums
                + " FROM request_stats"
                + where));
    rows.addAll(
        store.query(
            "SELECT 'host', " + time + "host, " + sums + values + " FROM host_stats" + where));
    rows.addAll(
        store.query(
            "SELECT 'all', " + time + "'', " + sums + values + " FROM total_stats" + where));
    rows.replaceAll(
        row -> row.startsWith("all ") ? row.replaceFirst("^(all \\d+ \\d+) +", "$1  ") : row);
    rows.sort(null);
    return rows;
  }

  /** As Java writes a list. */
  private static String list(String column) {
    return "'[' || array_to_string(" + column + ", ', ') || ']'";
  }
}
