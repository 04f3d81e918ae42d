package io.sluice.collector.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Answers {@code /metrics} (Prometheus), {@code /healthz} and {@code /readyz} over HTTP. Two
 * threads of its own, which touch nothing that a worker waits for; a client that dawdles is cut
 * off.
 */
public final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final int THREADS = 2;
  private static final int BACKLOG = 16;
  private static final String PATIENCE_SECONDS = "5";

  private final HttpServer server;
  private final ExecutorService executor;

  private MetricsServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Listens, and answers nobody before {@link #start}.
   *
   * @param status the counters, as the control socket gives them; called on the server's threads,
   *     one at a time
   * @param healthy whether nothing has ended that should run
   * @param ready whether packets are read
   * @throws IOException with one clear line where the address can't be listened on
   */
  public static MetricsServer open(
      InetSocketAddress address,
      Supplier<? extends JsonNode> status,
      BooleanSupplier healthy,
      BooleanSupplier ready)
      throws IOException {
    // Read once, when the server's classes are loaded; nothing else in the process serves HTTP.
    System.setProperty("sun.net.httpserver.maxReqTime", PATIENCE_SECONDS);
    System.setProperty("sun.net.httpserver.maxRspTime", PATIENCE_SECONDS);
    HttpServer server;
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "cannot serve metrics on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + e.getMessage()
              + "; give another --metrics",
          e);
    }
    Object turn = new Object();
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] page;
          synchronized (turn) {
            page = MetricsPage.of(status.get());
          }
          answer(exchange, 200, MetricsPage.CONTENT_TYPE, page);
        });
    server.createContext("/healthz", exchange -> answer(exchange, healthy));
    server.createContext("/readyz", exchange -> answer(exchange, ready));
    ExecutorService executor =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("metrics-", 0).daemon().factory());
    server.setExecutor(executor);
    return new MetricsServer(server, executor);
  }

  /** Answers from now on; once the process has given up its privileges. */
  public void start() {
    server.start();
  }

  /** Where it listens, with the port that was chosen where 0 was asked for. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(HttpExchange exchange, BooleanSupplier well) throws IOException {
    boolean yes = well.getAsBoolean();
    answer(
        exchange,
        yes ? 200 : 503,
        "text/plain; charset=utf-8",
        (yes ? "ok\n" : "not ok: see the log and sluice status\n").getBytes(UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      boolean exact =
          exchange.getHttpContext().getPath().equals(exchange.getRequestURI().getPath());
      String method = exchange.getRequestMethod();
      if (!exact || !method.equals("GET") && !method.equals("HEAD")) {
        exchange.sendResponseHeaders(exact ? 405 : 404, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", type);
      if (method.equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (RuntimeException e) {
      LOG.warn("cannot answer a scrape: {}", e.toString());
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
