package io.sluice.query;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sluice.query.store.Retention;
import io.sluice.query.store.StoreInit;
import io.sluice.query.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL of its own, prepared and run the way that an instance's is, on a free port. */
public final class TestStore implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final StoreInit init;
  private final Path folder;
  private final StoreSettings settings;
  private Process server;

  /** Prepared, but not running yet. */
  public TestStore(Path folder) throws IOException {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"),
        "SKIPPED LOUDLY: the embedded PostgreSQL is for x86-64 only");
    this.folder = folder;
    this.settings =
        new StoreSettings(
            "jdbc:postgresql://127.0.0.1:" + freePort() + "/sluice",
            new StoreSettings.Login("sluice", "owner's secret"),
            new StoreSettings.Login("sluice_reader", "reader's secret"));
    this.init = new StoreInit(folder.resolve("store"), settings);
    init.prepare();
  }

  /** Prepared and running. */
  public static TestStore started(Path folder) throws IOException {
    TestStore store = new TestStore(folder);
    store.start();
    return store;
  }

  public StoreSettings settings() {
    return settings;
  }

  public Path data() {
    return folder.resolve("store/data");
  }

  public long pid() {
    return server.pid();
  }

  /** Starts it and returns when it answers. */
  public void start() throws IOException {
    server =
        new ProcessBuilder(init.script().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("store.log").toFile()))
            .start();
    Instant limit = Instant.now().plus(START_LIMIT);
    while (true) {
      try {
        connect().close();
        return;
      } catch (SQLException e) {
        if ("28P01".equals(e.getSQLState())) {
          return; // It asks for another password, so it runs.
        }
        if (!server.isAlive() || Instant.now().isAfter(limit)) {
          throw new IOException(
              "the store did not start: " + Files.readString(folder.resolve("store.log")), e);
        }
        pause();
      }
    }
  }

  /**
   * As by {@code kill -9}. Returns when its workers have ended too, which notice it by themselves:
   * as long as one lives the store refuses to start, and its supervisor would try again.
   */
  public void kill() {
    List<ProcessHandle> workers = server.descendants().toList();
    server.destroyForcibly();
    join();
    for (ProcessHandle worker : workers) {
      worker.onExit().orTimeout(120, TimeUnit.SECONDS).join();
    }
  }

  private void join() {
    try {
      if (!server.waitFor(120, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the store does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A connection of the owner. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        settings.url(), settings.owner().user(), settings.owner().password());
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Forgets all rows, where there are tables. */
  public void clear() throws SQLException {
    execute(
        "TRUNCATE request_stats, rolled_stats, host_stats, total_stats, requests, stream_ledger,"
            + " replay_runs");
  }

  /** Requests of one window to write; the rest of the columns is as in {@link #live}. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Row(
      String run,
      String attempt,
      Instant windowStart,
      String host,
      String method,
      int statusClass,
      String path,
      String client,
      long requests,
      long errors,
      long[] latenciesUs) {
    public static Row live(String time, String host, String method, int statusClass) {
      return new Row(
          "live",
          "",
          Instant.parse(time),
          host,
          method,
          statusClass,
          "/",
          "192.0.2.1",
          1,
          0,
          new long[0]);
    }

    public Row counting(long requests, long errors) {
      return new Row(
          run,
          attempt,
          windowStart,
          host,
          method,
          statusClass,
          path,
          client,
          requests,
          errors,
          latenciesUs);
    }

    public Row latencies(LongStream us) {
      return new Row(
          run,
          attempt,
          windowStart,
          host,
          method,
          statusClass,
          path,
          client,
          requests,
          errors,
          us.toArray());
    }

    public Row of(String otherRun, String otherAttempt) {
      return new Row(
          otherRun,
          otherAttempt,
          windowStart,
          host,
          method,
          statusClass,
          path,
          client,
          requests,
          errors,
          latenciesUs);
    }

    public Row of(String otherPath) {
      return new Row(
          run,
          attempt,
          windowStart,
          host,
          method,
          statusClass,
          otherPath,
          client,
          requests,
          errors,
          latenciesUs);
    }

    public Row by(String otherClient) {
      return new Row(
          run,
          attempt,
          windowStart,
          host,
          method,
          statusClass,
          path,
          otherClient,
          requests,
          errors,
          latenciesUs);
    }
  }

  /**
   * Writes as the job does, each row into the sums and all of a host and window together into the
   * host's; bytes are 100 a request and 1,000 a response. Another row of a path, method and class
   * replaces the first, and another call replaces the hosts.
   */
  public void write(Row... rows) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO request_stats (run, attempt, window_seconds, window_start, sensor, host, path, method,
                  status_class, requests, errors, truncated, request_bytes, response_bytes, latency_count,
                  latency_sum_us, duration_sum_us)
                VALUES (?, ?, 10, ?, 's1', ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, 0)
                ON CONFLICT (run, attempt, window_seconds, window_start, sensor, host, path, method, status_class)
                DO UPDATE SET requests = excluded.requests\
                """)) {
      Map<List<Object>, List<Row>> hosts = new LinkedHashMap<>();
      Map<List<Object>, List<Row>> totals = new LinkedHashMap<>();
      for (Row row : rows) {
        insert.setString(1, row.run);
        insert.setString(2, row.attempt);
        insert.setObject(3, OffsetDateTime.ofInstant(row.windowStart, ZoneOffset.UTC));
        insert.setString(4, row.host);
        insert.setString(5, row.path);
        insert.setString(6, row.method);
        insert.setInt(7, row.statusClass);
        insert.setLong(8, row.requests);
        insert.setLong(9, row.errors);
        insert.setLong(10, 100 * row.requests);
        insert.setLong(11, 1_000 * row.requests);
        insert.setLong(12, row.latenciesUs.length);
        insert.setLong(13, LongStream.of(row.latenciesUs).sum());
        insert.addBatch();
        hosts
            .computeIfAbsent(
                List.of(row.run, row.attempt, row.windowStart, row.host), k -> new ArrayList<>())
            .add(row);
        totals
            .computeIfAbsent(List.of(row.run, row.attempt, row.windowStart), k -> new ArrayList<>())
            .add(row);
      }
      insert.executeBatch();
      for (List<Row> total : totals.values()) {
        writeLists(connection, total, false);
      }
      for (List<Row> host : hosts.values()) {
        writeLists(connection, host, true);
      }
    }
  }

  private static void writeLists(Connection connection, List<Row> rows, boolean ofHost)
      throws SQLException {
    String host = ofHost ? "host, " : "";
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO %s (run, attempt, window_seconds, window_start, %s
              requests, errors, truncated, request_bytes, response_bytes, latency_count, latency_sum_us,
              duration_sum_us, latency_sketch, duration_sketch, client_sketch, clients, client_requests,
              client_error, paths, path_requests, path_error, templates, template_requests, template_error,
              user_agents, user_agent_requests, user_agent_error, referrers, referrer_requests, referrer_error,
              methods, method_requests, method_error, statuses, status_requests, status_error)
            VALUES (?, ?, 10, ?, %s ?, ?, 0, ?, ?, ?, ?, 0, ?, '', ?, ?, ?, 3, '{}', '{}', 0, '{}', '{}', 0,
              '{curl}', ARRAY[?::bigint], 1, '{}', '{}', 0, '{}', '{}', 0, '{}', '{}', 0)
            ON CONFLICT (run, attempt, window_seconds, %s window_start)
            DO UPDATE SET requests = excluded.requests\
            """
                .formatted(
                    ofHost ? "host_stats" : "total_stats", host, ofHost ? "?, " : "", host))) {
      Row first = rows.getFirst();
      long requests = rows.stream().mapToLong(Row::requests).sum();
      long[] latencies = rows.stream().flatMapToLong(r -> LongStream.of(r.latenciesUs)).toArray();
      Map<String, Long> clients = new TreeMap<>();
      rows.forEach(row -> clients.merge(row.client, row.requests, Long::sum));
      int column = 0;
      insert.setString(++column, first.run);
      insert.setString(++column, first.attempt);
      insert.setObject(++column, OffsetDateTime.ofInstant(first.windowStart, ZoneOffset.UTC));
      if (ofHost) {
        insert.setString(++column, first.host);
      }
      insert.setLong(++column, requests);
      insert.setLong(++column, rows.stream().mapToLong(Row::errors).sum());
      insert.setLong(++column, 100 * requests);
      insert.setLong(++column, 1_000 * requests);
      insert.setLong(++column, latencies.length);
      insert.setLong(++column, LongStream.of(latencies).sum());
      insert.setBytes(++column, sketch(LongStream.of(latencies)));
      insert.setBytes(++column, clientSketch(clients.keySet()));
      insert.setArray(++column, connection.createArrayOf("text", clients.keySet().toArray()));
      insert.setArray(++column, connection.createArrayOf("bigint", clients.values().toArray()));
      insert.setLong(++column, requests);
      insert.executeUpdate();
    }
  }

  /** With the usual ages of long windows. */
  public static Retention.Limits limits(
      Duration age, long bytes, Duration requestsAge, long requestsBytes) {
    return new Retention.Limits(
        age, Duration.ofDays(400), Duration.ofDays(3_650), bytes, requestsAge, requestsBytes);
  }

  /** As the job writes it. */
  public static byte[] sketch(LongStream latenciesUs) {
    DDSketch sketch = new DDSketch(new LogarithmicMapping(0.02), UnboundedSizeDenseStore::new);
    latenciesUs.forEach(sketch::accept);
    return sketch.isEmpty() ? new byte[0] : encode(sketch);
  }

  /** As the job writes few. */
  public static byte[] clientSketch(Collection<String> clients) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * clients.size());
    clients.stream()
        .mapToInt(c -> UltraLogLog.computeToken(Hashing.komihash5_0().hashCharsToLong(c)))
        .sorted()
        .forEach(bytes::putInt);
    return bytes.array();
  }

  public static byte[] encode(DDSketch sketch) {
    GrowingByteArrayOutput output = GrowingByteArrayOutput.withDefaultInitialCapacity();
    try {
      sketch.encode(output, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return output.trimmedCopy();
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  public void stop() throws IOException {
    if (server != null && server.isAlive()) {
      // The quick way to end it; the default signal would wait for every client.
      new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start();
      join();
    }
  }
}
