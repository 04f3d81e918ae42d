package io.sluice.query.api;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.query.Failure;
import io.sluice.query.ask.Asker;
import io.sluice.query.ask.Filter;
import io.sluice.query.ask.Question;
import io.sluice.query.ask.Rows;
import io.sluice.query.ask.SqlRunner;
import io.sluice.query.render.Csv;
import io.sluice.query.render.Json;
import io.sluice.query.render.PlainText;
import io.sluice.query.store.Housekeeping;
import io.sluice.query.store.Replays;
import io.sluice.query.store.Store;
import io.sluice.query.store.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The query service's HTTP side: questions, SQL, replays, health and the page. */
public final class QueryServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryServer.class);
  private static final int MOST_SQL_BYTES = 65_536;

  /**
   * More ends the connection before it is read, which a client may see as a reset instead of the
   * answer; so what is only too long for SQL is read first.
   */
  private static final int MOST_PAYLOAD_BYTES = 1 << 20;

  private final Asker asker;
  private final SqlRunner sql;
  private final Replays replays;
  private final Housekeeping housekeeping;
  private final WebServer server;

  /**
   * @param access where to listen, and whom to answer
   */
  public QueryServer(
      Access access,
      Store store,
      StoreSettings settings,
      Replays replays,
      Housekeeping housekeeping) {
    this.asker = new Asker(store.reader());
    this.sql = new SqlRunner(settings, Filter.MOST_ROWS);
    this.replays = replays;
    this.housekeeping = housekeeping;
    WebServerConfig.Builder builder =
        WebServer.builder()
            .host(access.url().getHost().replaceAll("[\\[\\]]", ""))
            .port(access.url().getPort())
            .maxPayloadSize(MOST_PAYLOAD_BYTES)
            .maxConcurrentRequests(64)
            .maxTcpConnections(256)
            .idleConnectionTimeout(Duration.ofMinutes(1))
            .connectionOptions(SocketOptions.builder().readTimeout(Duration.ofSeconds(30)).build())
            .shutdownGracePeriod(Duration.ofMillis(500))
            .shutdownHook(false)
            .routing(routing -> routes(routing, access));
    if (access.tls() != null) {
      builder.tls(access.tls());
    }
    this.server = builder.build();
  }

  /**
   * @throws Failure where the address is taken
   */
  public void start() {
    try {
      server.start();
    } catch (RuntimeException e) {
      throw Failure.cannot("listen for queries", e, "free the port or choose another");
    }
  }

  /** Where it listens; differs from what was asked where that was port 0. */
  public int port() {
    return server.port();
  }

  private void routes(HttpRouting.Builder routing, Access access) {
    routing.addFilter(new HostGuard(access));
    if (access.token() != null) {
      routing.addFilter(new TokenGuard(access.token()));
    }
    for (Question question : Question.values()) {
      routing.get(
          "/api/v1/" + question.title(),
          (request, response) -> answer(question, request, response));
    }
    routing.post("/api/v1/sql", this::sql);
    routing.get("/api/v1/replays/{run}/{attempt}", this::replay);
    routing.get("/healthz", this::health);
    for (String path : Assets.paths()) {
      routing.get(path, (request, response) -> file(path, response));
    }
    routing.any((request, response) ->
        refuse(
            request,
            response,
            404,
            "cannot find " + request.path().path() + ": no such address; see /"));
    routing.error(
        Failure.class, (request, response, e) -> refuse(request, response, 400, e.getMessage()));
    routing.error(SQLException.class, this::storeTrouble);
    routing.error(
        RuntimeException.class,
        (request, response, e) -> {
          LOG.error("cannot answer {}", request.path().path(), e);
          refuse(
              request, response, 500, "cannot answer: an error inside of the service; see its log");
        });
  }

  private void answer(Question question, ServerRequest request, ServerResponse response)
      throws SQLException {
    Parameters parameters = new Parameters(request.query());
    Filter filter = parameters.filter(question, Instant.now());
    boolean csv = parameters.csv();
    requireStore();
    send(response, asker.ask(question, filter), csv);
  }

  private void sql(ServerRequest request, ServerResponse response) throws SQLException {
    boolean csv = new Parameters(request.query()).csv();
    // A type that no form of a foreign page can send without asking first.
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (!type.startsWith("application/sql")) {
      throw Failure.cannot(
          "run the SQL", "its content type is '" + type + "'", "send it as application/sql");
    }
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    if (body.length > MOST_SQL_BYTES) {
      throw Failure.cannot(
          "run the SQL",
          "it has " + body.length + " bytes",
          "shorten it to " + MOST_SQL_BYTES + " or fewer");
    }
    String text = new String(body, StandardCharsets.UTF_8);
    requireStore();
    SqlRunner.Answer answer = sql.run(text);
    response.header("Sluice-Cut", Boolean.toString(answer.cut()));
    send(response, answer.rows(), csv);
  }

  private void replay(ServerRequest request, ServerResponse response) throws SQLException {
    requireStore();
    String run = request.path().pathParameters().get("run");
    String attempt = request.path().pathParameters().get("attempt");
    Replays.Progress progress = replays.progress(run, attempt);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("run", run);
    fields.put("attempt", attempt);
    fields.put("events", progress.events());
    fields.put("stored", progress.stored());
    fields.put("promoted", progress.promoted());
    send(response, "application/json", Json.write(fields));
  }

  private void health(ServerRequest request, ServerResponse response) {
    if (housekeeping.isReady()) {
      send(response, "text/plain; charset=utf-8", "ok\n");
    } else {
      response.status(Status.SERVICE_UNAVAILABLE_503);
      send(response, "text/plain; charset=utf-8", away(housekeeping.trouble()) + "\n");
    }
  }

  private void requireStore() throws StoreAway {
    if (!housekeeping.isReady()) {
      throw new StoreAway(housekeeping.trouble());
    }
  }

  private void storeTrouble(ServerRequest request, ServerResponse response, SQLException e) {
    if ("57014".equals(e.getSQLState())) {
      refuse(
          request,
          response,
          503,
          "cannot answer: it took longer than 30 s; ask for a shorter time, as by since");
      return;
    }
    LOG.warn("cannot answer {}: {}", request.path().path(), Failure.textOf(e));
    refuse(request, response, 503, away(Failure.textOf(e)));
  }

  private static String away(String why) {
    return "cannot reach the store: " + why + "; see `sluice status`";
  }

  private static void file(String path, ServerResponse response) {
    Assets.Content content = Assets.of(path);
    response.header("Content-Type", content.type());
    response.send(content.bytes());
  }

  private static void send(ServerResponse response, Rows rows, boolean csv) {
    if (csv) {
      send(response, "text/csv; charset=utf-8; header=present", Csv.write(rows));
    } else {
      send(response, "application/json", Json.write(rows));
    }
  }

  private static void send(ServerResponse response, String type, String text) {
    response.header("Content-Type", type);
    response.send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The reason as JSON, or as a plain line for whoever says that it prefers that. */
  private static void refuse(
      ServerRequest request, ServerResponse response, int status, String why) {
    response.status(Status.create(status));
    if (request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/plain")) {
      send(response, "text/plain; charset=utf-8", PlainText.of(why) + "\n");
    } else {
      send(response, "application/json", Json.write(Map.of("error", why)));
    }
  }

  @Override
  public void close() {
    server.stop();
  }
}
