package io.sluice.query.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against a service, and with the store and the service away. */
class QueryCommandIT {
  @TempDir private Path folder;

  private record Run(int exitCode, String out, String err) {}

  private Run query(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all =
        Stream.concat(Stream.of(arguments), Stream.of("--data-dir", folder.toString()))
            .toArray(String[]::new);
    int exitCode = QueryCommand.line(new PrintWriter(out), new PrintWriter(err, true)).execute(all);
    return new Run(exitCode, out.toString(), err.toString());
  }

  @Test
  void shouldPrintTablesJsonAndCsv() throws Exception {
    try (TestStore store = TestStore.started(folder);
        TestService service = new TestService(store).await(true)) {
      service.writeInstance(folder);
      store.write(
          Row.live("2026-11-21T01:00:00Z", "a.example", "GET", 2)
              .of("/\u001b]0;x\u0007")
              .counting(12_345, 6)
              .latencies(LongStream.of(1_000, 2_000)));

      assertThat(query("hosts"))
          .isEqualTo(
              new Run(
                  0,
                  """
                  host       requests  errors  error_share  request_bytes  response_bytes  p50_us  p95_us  p99_us  clients
                  a.example    12,345       6       0.0005      1,234,500      12,345,000     993   1,960   1,960        1
                  """,
                  ""));
      assertThat(query("urls").out()).contains("/\\u{1b}]0;x\\u{7}").doesNotContain("\u001b");
      assertThat(query("hosts", "--since", "1s").out()).isEqualTo("no rows\n");
      assertThat(query("methods", "--json").out())
          .startsWith("[\n{\"method\":\"GET\",\"requests\":12345,");
      assertThat(query("status", "--csv").out())
          .startsWith("status,requests,errors,")
          .contains("\r\n2xx,12345,6,");
      assertThat(query("timeline", "--bucket", "1h").out())
          .contains("2026-11-21T01:00:00Z    3,600       3.429    12,345");
      assertThat(query("sql", "SELECT host FROM visible_stats GROUP BY 1").out())
          .isEqualTo("host\na.example\n");

      assertThat(query("hosts", "--since", "1x"))
          .isEqualTo(
              new Run(
                  1,
                  "",
                  "cannot read since '1x': it is not a duration; write a number and s, m, h, d or w, as in 90s or 1h\n"));
      assertThat(query("sql", "DELETE FROM request_stats").err())
          .startsWith("cannot run the SQL: ")
          .hasLineCount(1);

      // The store's own message quotes what came from the wire.
      Run quoting = query("sql", "SELECT path::int FROM visible_stats");
      assertThat(quoting.err())
          .contains("\\u{1b}]0;x\\u{7}")
          .doesNotContain("\u001b", "\u0007")
          .hasLineCount(1);

      watches(store);

      store.kill();
      service.await(false);
      Run away = query("hosts");
      assertThat(away.exitCode()).isEqualTo(1);
      assertThat(away.err()).startsWith("cannot reach the store: ").hasLineCount(1);
      assertThat(service.get("/healthz").statusCode()).isEqualTo(503);
      assertThat(service.get("/").statusCode()).isEqualTo(200);

      store.start();
      service.await(true);
      assertThat(query("hosts").out()).contains("12,345");
    }
  }

  /** Asks again until it is ended, and shows what came meanwhile. */
  private void watches(TestStore store) throws Exception {
    StringWriter out = new StringWriter();
    Thread watch =
        new Thread(() ->
            QueryCommand.line(new PrintWriter(out), new PrintWriter(out, true))
                .execute("hosts", "--csv", "--watch", "1", "--data-dir", folder.toString()));
    watch.start();
    await(() -> out.toString().contains("a.example,12345,"));
    assertThat(out.toString()).doesNotContain("b.example");
    store.write(Row.live("2026-11-21T01:00:10Z", "b.example", "GET", 2).counting(7, 0));
    await(() -> out.toString().contains("b.example,7,"));
    watch.interrupt();
    watch.join(10_000);
    assertThat(watch.isAlive()).isFalse();
    assertThat(query("hosts", "--watch", "0").err()).startsWith("cannot watch every 0 s: ");
    store.execute("DELETE FROM host_stats WHERE host = 'b.example'");
    store.execute("DELETE FROM request_stats WHERE host = 'b.example'");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void shouldSayWhatIsMissing() throws Exception {
    assertThat(query("hosts").err())
        .isEqualTo("cannot query hosts: nothing was started in " + folder + "; run `sluice up`\n");
    String nobody = "http://127.0.0.1:" + TestStore.freePort();
    Files.writeString(folder.resolve("instance.properties"), "query.url=" + nobody + "\n");
    assertThat(query("hosts"))
        .isEqualTo(
            new Run(
                1, "", "cannot query hosts: nothing answers at " + nobody + "; run `sluice up`\n"));
    Path settings = folder.resolve("instance.properties");
    Files.writeString(settings, "query.url=" + nobody + "\nqurey.token=x\nwindow.seconds=10\n");
    assertThat(query("hosts"))
        .isEqualTo(
            new Run(
                1,
                "",
                "cannot read "
                    + settings
                    + ": 'qurey.token' is no setting; correct or remove it (deploy/OPERATIONS.md lists all)\n"));
    assertThat(query("nonsense").err())
        .isEqualTo("cannot query: 'nonsense' is no command or option; see `sluice query --help`\n");
    assertThat(query("hosts", "--json", "--csv").exitCode()).isEqualTo(2);
    assertThat(query("hosts", "--help").out()).contains("--since=DURATION", "--json");
  }

  /** The service may be started before the store is. */
  @Test
  void shouldWaitForTheStore() throws Exception {
    try (TestStore store = new TestStore(folder);
        TestService service = new TestService(store)) {
      service.writeInstance(folder);
      assertThat(query("hosts").err()).startsWith("cannot reach the store: ").hasLineCount(1);
      store.start();
      service.await(true);
      assertThat(query("hosts").out()).isEqualTo("no rows\n");
    }
  }
}
