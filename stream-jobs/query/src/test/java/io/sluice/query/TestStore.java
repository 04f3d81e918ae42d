package io.sluice.query;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import io.sluice.query.store.StoreInit;
import io.sluice.query.store.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.List;
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
      worker.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  private void join() {
    try {
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
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
    execute("TRUNCATE request_stats, replay_runs");
  }

  /** A row to write; the rest of the columns is as in {@link #live}. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Row(
      String run,
      String attempt,
      int dimension,
      Instant windowStart,
      String host,
      String method,
      int statusClass,
      String value,
      long requests,
      long errors,
      long[] latenciesUs) {
    public static Row live(
        int dimension, String time, String host, String method, int statusClass, String value) {
      return new Row(
          "live",
          "",
          dimension,
          Instant.parse(time),
          host,
          method,
          statusClass,
          value,
          1,
          0,
          new long[0]);
    }

    public Row counting(long requests, long errors) {
      return new Row(
          run,
          attempt,
          dimension,
          windowStart,
          host,
          method,
          statusClass,
          value,
          requests,
          errors,
          latenciesUs);
    }

    public Row latencies(LongStream us) {
      return new Row(
          run,
          attempt,
          dimension,
          windowStart,
          host,
          method,
          statusClass,
          value,
          requests,
          errors,
          us.toArray());
    }

    public Row of(String otherRun, String otherAttempt) {
      return new Row(
          otherRun,
          otherAttempt,
          dimension,
          windowStart,
          host,
          method,
          statusClass,
          value,
          requests,
          errors,
          latenciesUs);
    }
  }

  /** Writes as the job does; bytes are 100 a request and 1,000 a response. */
  public void write(Row... rows) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO request_stats (run, attempt, dimension, window_start, window_seconds, host, method,
                  status_class, value, requests, errors, request_bytes, response_bytes, latency_count,
                  latency_sum_us, latency_sketch)
                VALUES (?, ?, ?, ?, 10, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (run, attempt, dimension, window_start, window_seconds, host, method, status_class,
                  value) DO UPDATE SET requests = excluded.requests\
                """)) {
      for (Row row : rows) {
        insert.setString(1, row.run);
        insert.setString(2, row.attempt);
        insert.setInt(3, row.dimension);
        insert.setObject(4, OffsetDateTime.ofInstant(row.windowStart, ZoneOffset.UTC));
        insert.setString(5, row.host);
        insert.setString(6, row.method);
        insert.setInt(7, row.statusClass);
        insert.setString(8, row.value);
        insert.setLong(9, row.requests);
        insert.setLong(10, row.errors);
        insert.setLong(11, 100 * row.requests);
        insert.setLong(12, 1_000 * row.requests);
        insert.setLong(13, row.latenciesUs.length);
        insert.setLong(14, LongStream.of(row.latenciesUs).sum());
        insert.setBytes(15, sketch(LongStream.of(row.latenciesUs)));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** As the job writes it. */
  public static byte[] sketch(LongStream latenciesUs) {
    DDSketch sketch = DDSketches.unboundedDense(0.01);
    latenciesUs.forEach(sketch::accept);
    if (sketch.isEmpty()) {
      return new byte[0];
    }
    byte[] bytes = new byte[sketch.serializedSize()];
    sketch.serialize().get(bytes);
    return bytes;
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
