package io.sluice.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import io.sluice.query.ask.Dimension;
import io.sluice.query.ask.Question;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the document says of the service, compared with what the service does. */
class OpenApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUESTIONS = "/api/v1/";

  @TempDir private static Path folder;
  private static TestStore store;
  private static TestService service;
  private static OpenAPI document;

  @BeforeAll
  static void start() throws Exception {
    store = TestStore.started(folder);
    service = new TestService(store).await(true);
    SwaggerParseResult parsed =
        new OpenAPIV3Parser().readContents(text(200, "/openapi.yaml"), null, resolving());
    assertThat(parsed.getMessages()).isEmpty();
    document = parsed.getOpenAPI();
    String now = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MINUTES).toString();
    for (String time : List.of(now, "2026-11-21T01:00:00Z")) {
      Row row = Row.live(time, "shop.example", "GET", 4).of("/items/{int}").by("10.0.0.1");
      store.write(
          row.counting(3, 3).latencies(LongStream.of(1, 2, 3)),
          Row.live(time, "quiet.example", "POST", 0).counting(2, 0));
    }
    store.write(Row.live(now, "fresh.example", "GET", 2).counting(1, 0));
    store.execute(
        "INSERT INTO requests (ts, id, sensor, client, client_ip, client_port, server_ip, server_port,"
            + " method, host, target, template, status, request_bytes, response_bytes, latency_us,"
            + " user_agent, referrer, flags)"
            + " SELECT t, 'r' || n, 's1', '10.0.0.1', '10.0.0.1', 1, '10.0.1.1', 80, 'GET',"
            + " 'shop.example', '/items/' || n, '/items/{int}', CASE n WHEN 0 THEN NULL ELSE 404 END,"
            + " 100, 1000, CASE n WHEN 0 THEN NULL ELSE n END, 'curl', 'http://shop.example/', '{}'"
            + " FROM generate_series(0, 20) n, (VALUES (now()), ('2026-11-21T01:00:00Z')) v (t)");
    store.execute(
        "INSERT INTO sensor_health SELECT 's1', r, 0, t - interval '10 s', t, false, 'eth0', '1', '{kernel}',"
            + " '{frames}', '{seen}', '{10}', '{1}', '{kernel}', '{kept}', '{9}'"
            + " FROM (VALUES ('a', now()), ('b', '2026-11-21T01:00:00Z')) v (r, t)");
    store.execute(
        "INSERT INTO stream_ledger VALUES (now(), 45, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),"
            + " ('2026-11-21T05:00:00Z', 45, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)");
  }

  private static ParseOptions resolving() {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    options.setResolveFully(true);
    return options;
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    store.close();
  }

  @Test
  void shouldNameEveryAddress() {
    Set<String> expected =
        new TreeSet<>(List.of("/healthz", "/api/v1/sql", "/api/v1/replays/{run}/{attempt}"));
    Stream.of(Question.values()).forEach(q -> expected.add(QUESTIONS + q.title()));
    assertThat(document.getPaths().keySet()).containsExactlyInAnyOrderElementsOf(expected);
    for (Question question : Question.values()) {
      assertThat(operation(question).getOperationId()).isEqualTo(question.title());
      assertThat(operation(question).getSummary()).isEqualTo(question.description());
    }
  }

  /** Each parameter alone is obeyed or refused as the document says, and rows are as it says. */
  @Test
  void shouldAnswerAsItSays() throws Exception {
    Map<String, Set<String>> seen = new HashMap<>();
    for (Question question : Question.values()) {
      Set<String> documented = new HashSet<>();
      for (Parameter parameter : operation(question).getParameters()) {
        documented.add(parameter.getName());
        check(question, query(parameter), seen);
      }
      if (documented.contains("by")) {
        for (Dimension dimension : Dimension.values()) {
          check(question, "by=" + dimension.title(), seen);
        }
      }
      check(question, "", seen);
      for (Parameter parameter : document.getComponents().getParameters().values()) {
        if (!documented.contains(parameter.getName())) {
          JsonNode refusal = JSON.readTree(text(400, address(question) + "?" + query(parameter)));
          conform(document.getComponents().getSchemas().get("Error"), refusal, new HashSet<>());
        }
      }
    }
    for (Question question : Question.values()) {
      Schema<?> row = row(question);
      assertThat(seen.get(row.getDescription() + row.getRequired()))
          .as("columns that were seen in rows as of %s", question.title())
          .containsExactlyInAnyOrderElementsOf(row.getProperties().keySet());
    }
  }

  @Test
  void shouldKnowNoOtherParameters() throws Exception {
    Set<String> documented = new TreeSet<>();
    document.getComponents().getParameters().values().forEach(p -> documented.add(p.getName()));
    assertThat(text(400, QUESTIONS + "hosts?nonsense=1"))
        .contains("; use " + String.join(", ", documented) + "\"");
  }

  @Test
  void shouldAnswerTheRestAsItSays() throws Exception {
    HttpResponse<String> sql = service.sql("SELECT 1 AS one");
    assertThat(sql.headers().firstValue("Sluice-Cut")).contains("false");
    assertThat(JSON.readTree(sql.body()).get(0).get("one").asInt()).isEqualTo(1);
    store.execute("INSERT INTO replay_runs VALUES ('file:f', 'a', 'f.pcap', 7, false, now())");
    for (String run : List.of("file:f", "file:none")) {
      conform(
          document.getComponents().getSchemas().get("Replay"),
          JSON.readTree(text(200, QUESTIONS + "replays/" + run + "/a")),
          new HashSet<>());
    }
    assertThat(text(200, "/healthz")).isEqualTo("ok\n");
  }

  private static void check(Question question, String query, Map<String, Set<String>> seen)
      throws Exception {
    String address = address(question) + (query.isEmpty() ? "" : "?" + query);
    JsonNode rows = JSON.readTree(text(200, address));
    Schema<?> schema = row(question);
    // The statistics hold no referrers here, the single requests do; and the host was seen before.
    if (question != Question.REFERRERS
        && !(question == Question.NEW && query.startsWith("host="))) {
      assertThat(rows).as(address).isNotEmpty();
    }
    for (JsonNode row : rows) {
      conform(
          schema,
          row,
          seen.computeIfAbsent(
              schema.getDescription() + schema.getRequired(), k -> new HashSet<>()));
    }
    if (!query.startsWith("format=") && !rows.isEmpty()) {
      String csv = text(200, address + (query.isEmpty() ? "?" : "&") + "format=csv");
      List<String> columns = new ArrayList<>();
      rows.get(0).fieldNames().forEachRemaining(columns::add);
      assertThat(csv).startsWith(String.join(",", columns) + "\r\n");
    }
  }

  /** Adds the columns that have a value to {@code seen}. */
  private static void conform(Schema<?> schema, JsonNode row, Set<String> seen) {
    assertThat(schema.getAdditionalProperties()).isEqualTo(false);
    for (String required : schema.getRequired()) {
      assertThat(row.has(required)).as("%s in %s", required, row).isTrue();
    }
    row.properties()
        .forEach(entry -> {
          Schema<?> property = schema.getProperties().get(entry.getKey());
          assertThat(property).as("%s of %s", entry.getKey(), row).isNotNull();
          JsonNode value = entry.getValue();
          if (value.isNull()) {
            assertThat(property.getNullable()).as("%s of %s", entry.getKey(), row).isTrue();
            return;
          }
          seen.add(entry.getKey());
          switch (property.getType()) {
            case "string" -> {
              assertThat(value.isTextual()).as("%s of %s", entry.getKey(), row).isTrue();
              if ("date-time".equals(property.getFormat())) {
                assertThat(Instant.parse(value.asText())).isNotNull();
              }
            }
            case "integer" ->
                assertThat(value.isIntegralNumber()).as("%s of %s", entry.getKey(), row).isTrue();
            case "number" ->
                assertThat(value.isNumber()).as("%s of %s", entry.getKey(), row).isTrue();
            case "boolean" ->
                assertThat(value.isBoolean()).as("%s of %s", entry.getKey(), row).isTrue();
            default -> throw new AssertionError("a row has no " + property.getType());
          }
          BigDecimal least = property.getMinimum();
          assertThat(least == null || value.decimalValue().compareTo(least) >= 0)
              .as("%s of %s", entry.getKey(), row)
              .isTrue();
        });
  }

  private static Operation operation(Question question) {
    return document.getPaths().get(address(question)).getGet();
  }

  private static Schema<?> row(Question question) {
    return operation(question)
        .getResponses()
        .get("200")
        .getContent()
        .get("application/json")
        .getSchema()
        .getItems();
  }

  private static String address(Question question) {
    return QUESTIONS + question.title();
  }

  private static String query(Parameter parameter) {
    assertThat(parameter.getExample()).as("example of %s", parameter.getName()).isNotNull();
    return parameter.getName()
        + "="
        + URLEncoder.encode(parameter.getExample().toString(), StandardCharsets.UTF_8);
  }

  private static String text(int status, String path) throws Exception {
    HttpResponse<String> response = service.get(path);
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(status);
    return response.body();
  }
}
