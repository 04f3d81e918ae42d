package io.sluice.bench.query;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Random;

/**
 * Fills a store with rows as the jobs write them, by SQL: each host has requests in each hour, of
 * {@link #TEMPLATES} path templates that succeed and fail; the last hour is there by minutes, the
 * last minutes by windows of ten seconds, and a million single requests of the last day. Seeded.
 */
final class StoreFiller {
  private static final int TEMPLATES = 5;
  private static final int SKETCHES = 64;
  private static final int SINGLE_REQUESTS = 1_000_000;
  private static final long HOUR = 3_600;
  private static final long DAY = 24 * HOUR;

  /** Of every table of sums; a request in a thousand is truncated. */
  private static final String SUMS =
      "requests, errors, truncated, request_bytes, response_bytes, latency_count, latency_sum_us,"
          + " duration_sum_us";

  private static final String LISTS =
      "paths, path_requests, path_error, templates, template_requests, template_error, clients,"
          + " client_requests, client_error, user_agents, user_agent_requests, user_agent_error,"
          + " referrers, referrer_requests, referrer_error, methods, method_requests, method_error,"
          + " statuses, status_requests, status_error";

  private final Connection connection;
  private final int hosts;
  private final int days;

  /** End of the rows. */
  private final Instant end;

  StoreFiller(Connection connection, int hosts, int days, Instant end) {
    this.connection = connection;
    this.hosts = hosts;
    this.days = days;
    this.end = end;
  }

  void fill() throws SQLException, IOException {
    makePartitions();
    makePool();
    level(HOUR, 24L * days);
    level(DAY, days);
    level(60, HOUR / 60 + 1);
    level(10, 120);
    singleRequests();
    execute("INSERT INTO stats_progress VALUES (0, '" + end + "') ON CONFLICT DO NOTHING");
    execute(
        "INSERT INTO stream_ledger SELECT '"
            + end
            + "'::timestamptz - n * interval '1 min', 1000000 - n, 0, 0, 0, 0, 0, 0, 0, 0, 1000000 - n, 0, 0"
            + " FROM generate_series(1, %d) n".formatted(days * 1_440)
            + " ON CONFLICT DO NOTHING");
    execute("VACUUM (ANALYZE)");
  }

  /** Those that the service would have made in their time. */
  private void makePartitions() throws SQLException {
    for (String table : new String[] {"request_stats", "host_stats", "total_stats"}) {
      partitions(table + "_base", 6 * HOUR, 1);
      partitions(table + "_hour", 30 * DAY, days / 30 + 1);
      partitions(table + "_day", 360 * DAY, days / 360 + 1);
    }
    partitions("requests", HOUR, 24);
  }

  private void partitions(String table, long span, int before) throws SQLException {
    long now = Math.floorDiv(end.getEpochSecond(), span) * span;
    for (long from = now - before * span; from <= now; from += span) {
      execute(
          "CREATE TABLE IF NOT EXISTS %1$s_p%2$d PARTITION OF %1$s FOR VALUES FROM ('%3$s') TO ('%4$s') WITH (toast_tuple_target = 128)"
              .formatted(
                  table, from, Instant.ofEpochSecond(from), Instant.ofEpochSecond(from + span)));
    }
  }

  /** Sketches to choose from: latencies around different means, and up to thousands of clients. */
  private void makePool() throws SQLException, IOException {
    execute("CREATE TEMP TABLE pool (p int PRIMARY KEY, latency bytea, clients bytea)");
    Random random = new Random(20_261_125);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO pool VALUES (?, ?, ?)")) {
      for (int n = 0; n < SKETCHES; n++) {
        DDSketch latency = new DDSketch(new LogarithmicMapping(0.02), UnboundedSizeDenseStore::new);
        double mean = 6 + 4 * random.nextDouble();
        for (int i = 0; i < 2_000; i++) {
          latency.accept(Math.exp(mean + random.nextGaussian()));
        }
        UltraLogLog clients = UltraLogLog.create(10);
        for (int i = 0; i < 50 * (n + 1); i++) {
          clients.add(random.nextLong());
        }
        GrowingByteArrayOutput bytes = GrowingByteArrayOutput.withDefaultInitialCapacity();
        latency.encode(bytes, false);
        insert.setInt(1, n);
        insert.setBytes(2, bytes.trimmedCopy());
        insert.setBytes(3, clients.getState());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    execute(
        "CREATE TEMP TABLE host AS SELECT h, 'host' || h || '.example' AS name,"
            + lists("20", "('/items/' || v || '/detail')")
            + " FROM generate_series(0, %d) h".formatted(hosts - 1));
    execute(
        "CREATE TEMP TABLE every AS SELECT"
            + lists("200", "('host' || v || '.example/items/' || v)").replace(" h ", " 0 "));
    execute("ANALYZE pool, host");
  }

  /** Values and counts of each list; {@code h} is the host's number. */
  private static String lists(String most, String path) {
    StringBuilder sql = new StringBuilder();
    String[][] kinds = {
      {"paths", "path", most, path},
      {"templates", "template", "5", "('/items' || v || '/{int}')"},
      {"clients", "client", most, "('10.' || v % 4 || '.' || (( h * 7 + v) % 250) || '.' || v)"},
      {"user_agents", "user_agent", "10", "('Mozilla/5.0 (X11; Linux x86_64; rv:' || v || ')')"},
      {"referrers", "referrer", "5", "('https://www.example/search/' || v)"},
      {"methods", "method", "2", "(ARRAY['GET', 'POST'])[v]"},
      {"statuses", "status", "3", "(ARRAY['200', '304', '404'])[v]"}
    };
    String separator = "";
    for (String[] kind : kinds) {
      sql.append(separator)
          .append(
              " (SELECT array_agg(%s ORDER BY v) FROM generate_series(1, %s) v) AS %s,"
                  .formatted(kind[3], kind[2], kind[0]))
          .append(
              " (SELECT array_agg(1000 / v ORDER BY v) FROM generate_series(1, %s) v)::bigint[] AS %s_requests,"
                  .formatted(kind[2], kind[1]))
          .append(" 5::bigint AS %s_error".formatted(kind[1]));
      separator = ",";
    }
    return sql.toString();
  }

  private void level(long seconds, long windows) throws SQLException {
    long last = Math.floorDiv(end.getEpochSecond(), seconds) * seconds;
    String time = "to_timestamp(%d - w * %d)".formatted(last, seconds);
    String series = "generate_series(%d, 1, -1) w".formatted(windows);
    // Requests of a group: more for some hosts and at some hours, never none.
    long scale = Math.max(1, seconds / 10);
    execute(
        "INSERT INTO request_stats SELECT 'live', '', %d, %s, 's' || h %% 3, name, '/items' || t || '/{int}',"
                .formatted(seconds, time)
            + " CASE t WHEN 1 THEN 'POST' ELSE 'GET' END, c, n, CASE c WHEN 4 THEN n ELSE 0 END, n / 1000,"
            + " 300 * n, 5000 * n, n, 9000 * n, 9900 * n"
            + " FROM %s, host, generate_series(1, %d) t, (VALUES (2), (4)) v (c),"
                .formatted(series, TEMPLATES)
            + " LATERAL (SELECT (1 + (h * 31 + w * 17 + t * 7 + c) %% 97 * %d / 40) AS n) m"
                .formatted(scale));
    String rows =
        "n, n / 20, n / 1000, 300 * n, 5000 * n, n, 9000 * n, 9900 * n, latency, latency, pool.clients, ";
    execute(
        "INSERT INTO host_stats (run, attempt, window_seconds, window_start, host, %s, latency_sketch, duration_sketch, client_sketch, %s)"
                .formatted(SUMS, LISTS)
            + " SELECT 'live', '', %d, %s, name, ".formatted(seconds, time)
            + rows
            + LISTS.replace("clients, ", "host.clients, ")
            + " FROM %s CROSS JOIN host CROSS JOIN LATERAL (SELECT (1 + (h * 31 + w * 17) %% 97 * %d)::bigint AS n) m"
                .formatted(series, scale)
            + " JOIN pool ON pool.p = (h + w) %% %d".formatted(SKETCHES));
    execute(
        "INSERT INTO total_stats (run, attempt, window_seconds, window_start, %s, latency_sketch, duration_sketch, client_sketch, %s)"
                .formatted(SUMS, LISTS)
            + " SELECT 'live', '', %d, %s, ".formatted(seconds, time)
            + rows
            + LISTS.replace("clients, ", "every.clients, ")
            + " FROM %s CROSS JOIN every CROSS JOIN LATERAL (SELECT (%d::bigint * %d) AS n) m"
                .formatted(series, 48L * hosts, scale)
            + " JOIN pool ON pool.p = w %% %d".formatted(SKETCHES));
  }

  private void singleRequests() throws SQLException {
    execute(
        "INSERT INTO requests (ts, id, sensor, client, client_ip, client_port, server_ip, server_port,"
            + " method, host, target, template, status, request_bytes, response_bytes, latency_us,"
            + " duration_us, user_agent, referrer, flags)"
            + " SELECT '%s'::timestamptz - n * interval '%d us', 'r' || n, 's' || n %% 3, c, c, 40000,"
                .formatted(end, DAY * 1_000_000 / SINGLE_REQUESTS)
            + " '10.1.1.1', 80, 'GET', 'host' || n %% %d || '.example', '/items/' || n || '/detail',"
                .formatted(hosts)
            + " '/items/{int}/detail', CASE n % 20 WHEN 0 THEN 404 ELSE 200 END, 300, 5000, n % 90000,"
            + " n % 90000, 'Mozilla/5.0 (X11; Linux x86_64; rv:' || n % 10 || ')', '', '{}'"
            + " FROM generate_series(1, %d) n, LATERAL (SELECT '10.0.' || n %% 250 || '.' || n %% 7 AS c) v"
                .formatted(SINGLE_REQUESTS));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
