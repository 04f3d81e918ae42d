package io.sluice.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import io.sluice.query.render.Csv;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every question against rows whose totals are known, by a real client. */
class QueryServiceIT {
  private static final String MARKUP = "/<script>alert(1)</script>\u001b[31m";

  @TempDir private static Path folder;
  private static TestStore store;
  private static TestService service;

  @BeforeAll
  static void start() throws Exception {
    store = TestStore.started(folder);
    service = new TestService(store).await(true);
    store.write(
        response("01:00:00", "a.example", "GET", 2)
            .of(MARKUP)
            .by("10.0.0.1")
            .counting(100, 0)
            .latencies(LongStream.rangeClosed(1, 100)),
        response("01:00:10", "a.example", "GET", 2)
            .of(MARKUP)
            .by("2001:db8::1")
            .counting(100, 0)
            .latencies(LongStream.rangeClosed(101, 200)),
        response("01:00:10", "a.example", "GET", 5)
            .of(MARKUP)
            .by("10.0.0.1")
            .counting(10, 10)
            .latencies(LongStream.rangeClosed(1, 10).map(n -> 5_000)),
        response("01:01:00", "b.example", "POST", 0).of("/b").by("10.0.0.1").counting(7, 0),
        response("02:00:00", "", "GET", 4).counting(3, 3).latencies(LongStream.of(40, 40, 40)),
        response("01:00:00", "never.example", "GET", 2).counting(1_000, 0).of("file:feed", "1"));
    String columns =
        "INSERT INTO requests (ts, id, sensor, client, client_ip, client_port, server_ip, server_port,"
            + " method, host, target, template, status, request_bytes, response_bytes, flags) ";
    store.execute(
        columns
            + "SELECT timestamptz '2026-11-21T05:00:00Z' + n * interval '1 s', 'r' || n, 's1', '10.9.0.1',"
            + " '10.9.0.1', 1, '10.9.0.9', 80, 'GET', 'log.example', '/admin/' || n, '/admin/' || n,"
            + " 404, 100, 1000, '{}' FROM generate_series(0, 24) n");
    store.execute(
        columns
            + "VALUES ('2026-11-21T05:00:00Z', 'x', 's1', '10.9.0.2', '10.9.0.2', 1, '10.9.0.9', 80,"
            + " 'GET', 'log.example', '/admin%_', '/admin', 401, 100, 1000, '{}')");
    store.execute(
        "INSERT INTO stream_ledger VALUES ('2026-11-21T05:00:00Z', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),"
            + " ('2026-11-21T05:01:00Z', 45, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)");
  }

  private static Row response(String time, String host, String method, int statusClass) {
    return Row.live("2026-11-21T" + time + "Z", host, method, statusClass);
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    store.close();
  }

  @Test
  void shouldAnswerHosts() throws Exception {
    assertThat(answer("/api/v1/hosts"))
        .isEqualTo(
            """
            [
            {"host":"a.example","requests":210,"errors":10,"error_share":0.0476,"request_bytes":21000,"response_bytes":210000,"p50_us":106,"p95_us":200,"p99_us":4919,"clients":2},
            {"host":"b.example","requests":7,"errors":0,"error_share":0.0000,"request_bytes":700,"response_bytes":7000,"p50_us":null,"p95_us":null,"p99_us":null,"clients":1},
            {"host":"","requests":3,"errors":3,"error_share":1.0000,"request_bytes":300,"response_bytes":3000,"p50_us":40,"p95_us":40,"p99_us":40,"clients":1}
            ]
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "total | =220",
        "hosts?limit=1 | a.example=210",
        "hosts?host=b.example | b.example=7",
        "hosts?host=c.example |",
        "hosts?from=2026-11-21T01:01:00Z&to=2026-11-21T02:00:00Z | b.example=7",
        "hosts?from=2026-11-21T02:00 | =3",
        "hosts?since=1s |",
        "urls | a.example=210 b.example=7 =3",
        "methods | GET=213 POST=7",
        "methods?host=b.example | POST=7",
        "status | 2xx=200 5xx=10 none=7 4xx=3",
        "clients | 10.0.0.1=117 2001:db8::1=100 192.0.2.1=3",
        "clients?host=b.example | 10.0.0.1=7",
        "agents | curl=220",
        "agents?host=b.example | curl=7",
        "referrers |",
        "latency | a.example=210 b.example=7 =3",
        "timeline?bucket=1m | 2026-11-21T01:00:00Z=210 2026-11-21T01:01:00Z=7 2026-11-21T02:00:00Z=3",
        "timeline?bucket=10s&limit=2 | 2026-11-21T01:01:00Z=7 2026-11-21T02:00:00Z=3",
        "timeline?bucket=1d | 2026-11-21T00:00:00Z=220",
        "hosts?status=5xx | a.example=10",
        "hosts?method=POST | b.example=7",
        "status?template=/b | none=7",
        "methods?host=a.example&status=2xx | GET=200",
        "hosts?sensor=s1&limit=1 | a.example=210",
        "hosts?sensor=s2 |",
        "total?status=5xx | =10",
        "timeline?bucket=1d&method=POST | 2026-11-21T00:00:00Z=7",
        "timeline?bucket=1d&host=a.example | 2026-11-21T00:00:00Z=210",
        // Of single requests.
        "hosts?client=10.9.0.1 | log.example=25",
        "urls?client=10.9.0.2 | log.example=1",
        "clients?template=/admin | 10.9.0.2=1",
        "agents?client=10.9.0.1 | =25",
        "timeline?bucket=1d&client=10.9.0.1 | 2026-11-21T00:00:00Z=25",
        "rare?limit=2 | =3 b.example=7",
        "new?from=2026-11-21T01:01:00Z | =3 b.example=7",
        "new?from=2026-11-21T01:00:10Z | =3 b.example=7",
        "new?from=2026-12-21T01:00:10Z |",
        "truncated?host=a.example | a.example=210",
        "timeline?limit=4 | 2026-11-21T01:00:00Z=217 2026-11-21T02:00:00Z=3",
      })
  void shouldCount(String question, String expected) throws Exception {
    String csv =
        answer("/api/v1/" + question + (question.contains("?") ? "&" : "?") + "format=csv");
    List<List<String>> lines = Csv.read(csv);
    int requests = lines.getFirst().indexOf("requests");
    String found =
        lines.stream()
            .skip(1)
            .map(line -> (requests == 0 ? "" : line.getFirst()) + "=" + line.get(requests))
            .collect(Collectors.joining(" "));
    assertThat(found).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void shouldMergeLatenciesOfWindows() throws Exception {
    assertThat(answer("/api/v1/latency?host=a.example&to=2026-11-21T01:00:10Z"))
        .contains("\"responses\":100,\"mean_us\":50,\"p50_us\":49,\"p75_us\":74,\"p90_us\":90");
  }

  /** Each stage closes: what went out and what is on its way is what came in. */
  @Test
  void shouldSayWherePacketsWent() throws Exception {
    String row =
        "INSERT INTO sensor_health VALUES ('%s', '%s', %d, '2026-11-21T05:00:00Z', '2026-11-21T05:00:10Z', %b,"
            + " 'eth0', '%s', '{kernel,ring}', '{frames,frames}', '{seen,kept}', '{%d,%d}', '{0,2}',"
            + " '{kernel,kernel,ring,ring}', '{filtered_not_tcp,kept,dropped,read}', '{%d,%d,%d,%d}')";
    store.execute(row.formatted("s1", "a", 0, false, "1", 100, 40, 60, 40, 1, 37));
    // The record between did not come.
    store.execute(row.formatted("s1", "a", 2, true, "1", 10, 5, 5, 5, 0, 7));
    store.execute(row.formatted("s1", "b", 0, false, "2", 1, 1, 0, 1, 0, 1));
    store.execute(row.formatted("s2", "c", 0, false, "2", 7, 0, 7, 0, 0, 0));
    assertThat(answer("/api/v1/packets?format=csv&sensor=s1").lines())
        .containsExactly(
            "stage,unit,input,came_in,way,amount",
            "kernel,frames,seen,111,filtered_not_tcp,65",
            "kernel,frames,seen,111,kept,46",
            "ring,frames,kept,46,read,45",
            "ring,frames,kept,46,dropped,1");
    assertThat(answer("/api/v1/packets?format=csv&to=2026-11-21T05:00:11Z").lines())
        .contains("kernel,frames,seen,118,filtered_not_tcp,72");
    assertThat(answer("/api/v1/packets?format=csv&to=2026-11-21T05:00:10Z").lines()).hasSize(1);
    assertThat(answer("/api/v1/sensors?format=csv&sensor=s1").lines())
        .containsExactly(
            "sensor,first_seen,last_seen,runs,ended,records,missing,version,source",
            "s1,2026-11-21T05:00:00Z,2026-11-21T05:00:10Z,2,1,3,1,2,eth0");
    assertThat(answer("/api/v1/sensors?format=csv").lines()).hasSize(3);
    store.execute("DELETE FROM sensor_health");
  }

  @Test
  void shouldTellRowsApartByMore() throws Exception {
    assertThat(
            answer("/api/v1/hosts?by=method,status&format=csv").lines().map(QueryServiceIT::head))
        .containsExactly(
            "host,method,status,requests",
            "a.example,GET,2xx,200",
            "a.example,GET,5xx,10",
            "b.example,POST,none,7",
            ",GET,4xx,3");
    assertThat(answer("/api/v1/timeline?bucket=1d&by=host&format=csv").lines())
        .hasSize(4)
        .contains(
            "2026-11-21T00:00:00Z,86400,0.002,a.example,210,10,0.0476,21000,210000,106,200,4919,2");
    assertThat(answer("/api/v1/clients?by=host&limit=1&format=csv").lines())
        .contains("10.0.0.1,a.example,110,12");
    assertThat(answer("/api/v1/status?by=client&format=csv").lines().map(QueryServiceIT::head))
        .containsExactly("status,client,requests,errors", "4xx,10.9.0.1,25,25", "4xx,10.9.0.2,1,1");
  }

  /** A bucket that begins before the range is measured by the part in it. */
  @Test
  void shouldSayRequestsPerSecond() throws Exception {
    String whole = answer("/api/v1/timeline?bucket=1m&host=a.example");
    assertThat(whole).contains("\"seconds\":60,\"per_second\":3.500,\"requests\":210,");
    String part =
        answer("/api/v1/timeline?bucket=1h&from=2026-11-21T01:01:00Z&to=2026-11-21T01:02:10Z");
    assertThat(part).contains("\"seconds\":3600,\"per_second\":0.100,\"requests\":7,");
    String shortest =
        answer("/api/v1/timeline?bucket=1h&from=2026-11-21T01:01:00Z&to=2026-11-21T01:01:01Z");
    assertThat(shortest).contains("\"per_second\":0.700,\"requests\":7,");
  }

  private static String head(String line) {
    return String.join(",", List.of(line.split(",")).subList(0, 4));
  }

  /** As from sketches, but exact. */
  @Test
  void shouldAddUpSingleRequests() throws Exception {
    store.execute(
        "UPDATE requests SET latency_us = substring(id FROM 2)::int, flags = '{truncated}'"
            + " WHERE client = '10.9.0.1'");
    assertThat(answer("/api/v1/total?client=10.9.0.1"))
        .isEqualTo(
            """
            [
            {"requests":25,"errors":25,"error_share":1.0000,"request_bytes":2500,"response_bytes":25000,"p50_us":12,"p95_us":23,"p99_us":24,"clients":1}
            ]
            """);
    assertThat(answer("/api/v1/truncated?by=client"))
        .contains("\"client\":\"10.9.0.1\",\"requests\":25,\"truncated\":25,\"share\":1.0000}")
        .contains("\"client\":\"10.9.0.2\",\"requests\":1,\"truncated\":0,\"share\":0.0000}");
    assertThat(answer("/api/v1/latency?client=10.9.0.2")).contains("\"p50_us\":null");
  }

  /** Clients that were in several windows, or of several hosts, count once. */
  @Test
  void shouldCountDistinctClients() throws Exception {
    assertThat(answer("/api/v1/total")).contains("\"clients\":3}");
    assertThat(answer("/api/v1/timeline?bucket=1d")).contains("\"clients\":3}");
  }

  @Test
  void shouldAnswerWhatLeavesTheListsOpen() throws Exception {
    // Five hosts' windows, each with an error of 1 for agents and of 3 for clients; one invisible.
    assertThat(answer("/api/v1/agents"))
        .isEqualTo("[\n{\"user_agent\":\"curl\",\"requests\":220,\"error\":4}\n]\n");
    assertThat(answer("/api/v1/clients?limit=1"))
        .isEqualTo("[\n{\"client\":\"10.0.0.1\",\"requests\":117,\"error\":12}\n]\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requests?client=10.9.0.1&limit=2 | /admin/24 /admin/23",
        "requests?client=10.9.0.1&path=/admin/1&limit=3 | /admin/19 /admin/18 /admin/17",
        "requests?host=log.example&client=10.9.0.2 | /admin%_",
        "requests?path=/admin%25 | /admin%_",
        "requests?host=other.example |",
        "requests?client=10.9.0.1&from=2026-11-21T05:00:20Z | /admin/24 /admin/23 /admin/22 /admin/21 /admin/20",
        "requests?client=10.9.0.1&to=2026-11-21T05:00:02Z | /admin/1 /admin/0",
      })
  void shouldFindSingleRequests(String question, String expected) throws Exception {
    List<List<String>> lines =
        Csv.read(
            answer("/api/v1/" + question + (question.contains("?") ? "&" : "?") + "format=csv"));
    int target = lines.getFirst().indexOf("target");
    assertThat(lines.stream().skip(1).map(l -> l.get(target)).collect(Collectors.joining(" ")))
        .isEqualTo(expected == null ? "" : expected);
  }

  /** 25 refusals in one minute by one client; of another one only. */
  @Test
  void shouldFindBursts() throws Exception {
    assertThat(answer("/api/v1/bursts"))
        .isEqualTo(
            """
            [
            {"minute":"2026-11-21T05:00:00Z","client":"10.9.0.1","host":"log.example","status":404,"requests":25,"templates":25}
            ]
            """);
    assertThat(answer("/api/v1/bursts?client=10.9.0.2")).isEqualTo("[]\n");
  }

  @Test
  void shouldShowTheLedgerNewestFirst() throws Exception {
    assertThat(answer("/api/v1/ledger?limit=1"))
        .isEqualTo(
            """
            [
            {"minute":"2026-11-21T05:01:00Z","consumed":45,"aggregated":9,"duplicate":7,"late":8,"future":6,"malformed":5,"unknown":4,"heartbeats":1,"replayed":3,"replay_ends":2,"unaccounted":0,"clamped":10,"overflowed":11}
            ]
            """);
    assertThat(answer("/api/v1/ledger?to=2026-11-21T05:01:00Z")).contains("\"unaccounted\":1,");
  }

  /** What the wire held is data in JSON, whatever it looks like. */
  @Test
  void shouldEscapeWhatCameFromTheWire() throws Exception {
    assertThat(answer("/api/v1/urls?limit=1"))
        .contains("\"template\":\"/<script>alert(1)</script>\\u001B[31m\"")
        .doesNotContain("\u001b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hosts?since=1x | cannot read since '1x'",
        "hosts?from=yesterday | cannot read from 'yesterday'",
        "hosts?from=2026-11-21&to=2026-11-20 | the end is not after the beginning",
        "hosts?limit=0 | cannot use limit '0'",
        "hosts?limit=10001 | cannot use limit '10001'",
        "hosts?hots=a | cannot use parameter 'hots'",
        "hosts?host=a%00 | cannot use that host",
        "new?client=10.0.0.1 | cannot ask for new by client",
        "clients?path=/ | cannot ask for clients by path",
        "hosts?status=404 | cannot ask for status '404'",
        "hosts?by=port | cannot group by 'port'",
        "requests?by=host | cannot group requests by host",
        "ledger?host=a | cannot ask for ledger by host",
        "hosts?format=xml | cannot answer as 'xml'",
        "timeline?bucket=7s | cannot use bucket '7s'",
      })
  void shouldSayWhatIsWrong(String question, String expected) throws Exception {
    HttpResponse<String> response = service.get("/api/v1/" + question);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).startsWith("{\"error\":\"cannot ").contains(expected);
    HttpResponse<String> plain = service.get("/api/v1/" + question, "Accept", "text/plain");
    assertThat(plain.body()).startsWith("cannot ").contains(expected).hasLineCount(1);
  }

  @Test
  void shouldTellHowFarAReplayIs() throws Exception {
    assertThat(answer("/api/v1/replays/file:feed/1"))
        .isEqualTo(
            "{\"run\":\"file:feed\",\"attempt\":\"1\",\"events\":null,\"stored\":1000,\"promoted\":false}\n");
    assertThat(answer("/api/v1/replays/file:none/1"))
        .contains("\"events\":null,\"stored\":0,\"promoted\":false");
  }

  @Test
  void shouldAnswerOnlyThisMachineAndItsOwnPage() throws Exception {
    String here = "127.0.0.1:" + service.url("/").getPort();
    assertThat(raw("Host: " + here)).startsWith("HTTP/1.1 200");
    assertThat(raw("Host: LOCALHOST:" + service.url("/").getPort())).startsWith("HTTP/1.1 200");
    assertThat(raw("Host: " + here + "\r\nOrigin: http://" + here)).startsWith("HTTP/1.1 200");
    assertThat(raw("Host: rebound.example")).startsWith("HTTP/1.1 403");
    assertThat(raw("Host: 127.0.0.1.rebound.example:80")).startsWith("HTTP/1.1 403");
    assertThat(raw("Host: " + here + "\r\nOrigin: http://foreign.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw("Host: " + here + "\r\nOrigin: null")).startsWith("HTTP/1.1 403");
    assertThat(raw("Host: " + here + "\r\nSec-Fetch-Site: cross-site")).startsWith("HTTP/1.1 403");
  }

  /** The head of the answer to a request whose headers no client of the JDK would send. */
  private static String raw(String headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.url("/").getPort())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/hosts HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/page.js",
        "/address.js",
        "/charts.js",
        "/ledger.js",
        "/tables.js",
        "/text.js",
        "/page.css",
        "/chart.js",
        "/icon.svg"
      })
  void shouldServeThePageWithNothingFromElsewhere(String path) throws Exception {
    HttpResponse<String> response = service.get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    if (path.equals("/")) {
      assertThat(response.body())
          .contains("<title>Sluice</title>")
          .doesNotContainPattern("(?:src|href)=\"(?!/)")
          .doesNotContainPattern("<script(?![^>]*src=)|<style|\\son\\w+=|\\sstyle=");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/api/v1/nothing",
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/db/migration",
        "/web/index.html"
      })
  void shouldServeNothingElse(String path) throws Exception {
    assertThat(service.get(path).statusCode()).isBetween(400, 404);
  }

  private static String answer(String path) throws IOException {
    HttpResponse<String> response = service.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }
}
