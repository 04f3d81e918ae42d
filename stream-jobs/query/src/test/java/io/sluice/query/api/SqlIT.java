package io.sluice.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import io.sluice.query.ask.SqlRunner;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody's SQL can do, and what it can't. */
class SqlIT {
  @TempDir private static Path folder;
  private static TestStore store;
  private static TestService service;

  @BeforeAll
  static void start() throws Exception {
    store = TestStore.started(folder);
    service = new TestService(store).await(true);
    store.write(Row.live("2026-11-21T01:00:00Z", "a.example", "GET", 2).counting(23, 1));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    store.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT host, requests, window_start FROM visible_stats | {\"host\":\"a.example\",\"requests\":23,\"window_start\":\"2026-11-21T01:00:00Z\"}",
        "SELECT 1 AS a, 2 AS a, 3 AS a | {\"a\":1,\"a_2\":2,\"a_3\":3}",
        "WITH t AS (VALUES (1.50, true, null, 'ü')) SELECT * FROM t; | {\"column1\":1.50,\"column2\":true,\"column3\":null,\"column4\":\"\\u00FC\"}",
        "SELECT 'NaN'::float8 AS f, 'infinity'::timestamptz AS t, '{1,2}'::int[] AS a, '\\x00ff'::bytea AS b | {\"f\":\"NaN\",\"t\":\"infinity\",\"a\":\"{1,2}\",\"b\":\"\\\\x00ff\"}",
        "SELECT '{\"a\":1}'::jsonb ? 'a' AS has | {\"has\":true}",
        "SELECT ';' AS a -- ; | {\"a\":\";\"}",
      })
  void shouldRunWhatReads(String sql, String row) throws Exception {
    HttpResponse<String> response = service.sql(sql);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("[\n" + row + "\n]\n");
  }

  /** What a refusal names as there can be read. */
  @Test
  void shouldReadEachTableThatItNames() throws Exception {
    String refusal = service.sql("SELECT nope").body();
    for (String table : SqlRunner.TABLES) {
      assertThat(refusal).contains(table);
      HttpResponse<String> response = service.sql("SELECT count(*) FROM " + table);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM request_stats",
        "WITH gone AS (DELETE FROM request_stats RETURNING *) SELECT * FROM gone",
        "UPDATE replay_runs SET promoted = true",
        "TRUNCATE request_stats",
        "DROP VIEW visible_stats",
        "CREATE TABLE t (n int)",
        "CREATE TEMP TABLE t (n int)",
        "SELECT * INTO t FROM visible_stats",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT * FROM pg_ls_dir('/')",
        "SELECT pg_stat_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_from_bytea(0, '\\x00')",
        "SELECT lo_creat(-1)",
        "COPY visible_stats TO '/tmp/sluice-sql-test'",
        "COPY visible_stats TO PROGRAM 'id'",
        "COPY visible_stats TO STDOUT",
        "COPY request_stats FROM '/etc/passwd'",
        "LOAD 'plpgsql'",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION pgcrypto",
        "SELECT dblink('host=127.0.0.1', 'SELECT 1')",
        "DO $$ BEGIN RAISE NOTICE 'x'; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT * FROM pg_authid",
        "SELECT * FROM flyway_schema_history",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SET SESSION AUTHORIZATION sluice",
        "SET ROLE sluice",
        "ALTER ROLE sluice_reader PASSWORD 'x'",
        "ALTER SYSTEM SET port = 1",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sluice'",
        "SELECT pg_reload_conf()",
        "SELECT pg_notify('a', 'b')",
        "SELECT 1; SELECT 2",
        "COMMIT; DELETE FROM request_stats",
        "SELECT nonsense",
        "",
        "  ",
        ";",
        "SELECT $1",
      })
  void shouldRefuseAllElse(String sql) throws Exception {
    HttpResponse<String> response = service.sql(sql);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).startsWith("{\"error\":\"cannot run the SQL: ");
    assertThat(requests()).isEqualTo(23);
  }

  /** Those that may run, and change nothing for anybody else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET default_transaction_read_only = off",
        "SET TRANSACTION READ WRITE",
        "SET statement_timeout = 0",
        "BEGIN"
      })
  void shouldForgetWhatAStatementSet(String sql) throws Exception {
    service.sql(sql);
    assertThat(service.sql("SHOW transaction_read_only").body()).contains("\"on\"");
    assertThat(service.sql("SHOW statement_timeout").body()).contains("\"10s\"");
  }

  /** The role is what protects the tables, not only how the service opens its transactions. */
  @Test
  void shouldRefuseTheReaderToWriteEvenOutsideOfTheService() throws Exception {
    try (Connection connection =
        DriverManager.getConnection(
            store.settings().url(),
            store.settings().reader().user(),
            store.settings().reader().password())) {
      connection.createStatement().execute("SET default_transaction_read_only = off");
      for (String sql :
          new String[] {
            "DELETE FROM request_stats",
            "CREATE TABLE t (n int)",
            "CREATE TEMP TABLE t (n int)",
            "SELECT lo_creat(-1)"
          }) {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                () -> connection.createStatement().execute(sql))
            .hasMessageContaining("permission denied");
      }
    }
  }

  @Test
  void shouldEndWhatTakesTooLong() throws Exception {
    assertThat(
            service.sql("SELECT set_config('statement_timeout', '0', false), pg_sleep(60)").body())
        .contains("it took longer than 10 s");
  }

  @Test
  void shouldBoundTheAnswer() throws Exception {
    HttpResponse<String> response = service.sql("SELECT * FROM generate_series(1, 100000) n");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Sluice-Cut")).contains("true");
    assertThat(response.body().lines().count()).isEqualTo(10_000 + 2);
    assertThat(service.sql("SELECT 1 AS one").headers().firstValue("Sluice-Cut")).contains("false");

    assertThat(service.sql("SELECT repeat('x', 500000000) AS large").statusCode()).isEqualTo(400);
    HttpResponse<String> large =
        service.sql("SELECT repeat('x', 10000) AS large FROM generate_series(1, 10000)");
    assertThat(large.headers().firstValue("Sluice-Cut")).contains("true");
    assertThat(large.body()).hasSizeBetween(16_000_000, 17_000_000);
    HttpResponse<String> tooLong = service.sql("SELECT '" + "x".repeat(70_000) + "'");
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.body()).contains("shorten it");
  }

  @Test
  void shouldRunOnlyWhatIsSentAsSql() throws Exception {
    HttpRequest.Builder form =
        HttpRequest.newBuilder(service.url("/api/v1/sql"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("SELECT 1"));
    assertThat(service.send(form).body()).contains("send it as application/sql");
  }

  private static long requests() throws IOException {
    String body = service.sql("SELECT sum(requests)::bigint AS n FROM request_stats").body();
    return Long.parseLong(body.replaceAll("\\D", ""));
  }
}
