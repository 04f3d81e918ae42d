package io.sluice.collector.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.audit.AuditCounter;
import io.sluice.collector.control.Identity;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.kernelfilter.FilterCounter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class MetricsServerTest {
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private final AtomicBoolean ready = new AtomicBoolean();
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void everyCounterIsAMetricWithItsValueAndHelp() throws Exception {
    StatusReport report = new StatusReport("1", "s", "lo", 61);
    report.add("kernel", FilterCounter.values(), counter -> counter.ordinal() + 1000L);
    report.add("reassembly", ReassemblyCounter.values(), counter -> counter.ordinal() + 2000L);
    report.add("audit", AuditCounter.values(), counter -> counter.ordinal() + 3000L);
    report.add(new Identity("ring", "kept", 9, Map.of("read", 7L), "in_ring", "frames"));
    try (MetricsServer server = start(report)) {
      String page = get(server, "/metrics", 200);
      for (FilterCounter counter : FilterCounter.values()) {
        assertThat(page)
            .contains(series("kernel", counter.name()) + " " + (counter.ordinal() + 1000) + ".0\n");
      }
      for (ReassemblyCounter counter : ReassemblyCounter.values()) {
        assertThat(page)
            .contains(
                series("reassembly", counter.name()) + " " + (counter.ordinal() + 2000) + ".0\n");
      }
      assertThat(page)
          .contains("sluice_kernel_filtered_packets_total{reason=\"not_ip\"} ")
          .contains("sluice_reassembly_discarded_bytes_total{reason=\"out_of_window\"} ")
          .contains("sluice_audit_lost_records_total{reason=\"disk_full\"} ")
          .contains("# TYPE sluice_reassembly_buffered_bytes gauge\n")
          .contains("# HELP sluice_kernel_seen_total " + FilterCounter.SEEN.help() + "\n")
          .contains("# TYPE sluice_kernel_seen_total counter\n")
          .contains("sluice_uptime_seconds 61.0\n")
          .contains("sluice_ledger_in_flight{stage=\"ring\",unit=\"frames\"} 2.0\n");
    }
  }

  /** Two counters under one name would be one number that is neither. */
  @Test
  void namesAreDistinctValidAndTheFamiliesAreInTheGuide() throws IOException {
    String guide = Files.readString(Path.of("..", "deploy", "OPERATIONS.md"));
    List<String> series = new ArrayList<>();
    MetricsPage.HELP.forEach((stage, counters) ->
        counters
            .keySet()
            .forEach(counter -> {
              MetricName name = MetricName.of(stage, counter);
              series.add(name.exposed());
              assertThat(name.name()).matches("sluice_[a-z0-9_]+");
              if (name.reason() != null || name.gauge()) {
                assertThat(guide).contains("`" + name.exposed().replaceAll("\\{.*", "") + "`");
              }
            }));
    assertThat(series).hasSizeGreaterThan(100);
    assertThat(new HashSet<>(series)).hasSameSizeAs(series);
    for (AuditCounter counter : AuditCounter.values()) {
      assertThat(MetricName.of("audit", counter.name()).reason() != null)
          .as(counter.name())
          .isEqualTo(counter.isLoss());
    }
  }

  @Test
  void healthAndReadinessAreToldByStatus() throws Exception {
    try (MetricsServer server = start(new StatusReport("", "", "", 0))) {
      get(server, "/healthz", 200);
      get(server, "/readyz", 503);
      ready.set(true);
      get(server, "/readyz", 200);
      healthy.set(false);
      get(server, "/healthz", 503);
      get(server, "/other", 404);
      get(server, "/metrics/other", 404);
    }
  }

  @Test
  void clientsThatSayNothingDoNotKeepOthersOut() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (MetricsServer server = start(new StatusReport("", "", "", 0))) {
      for (int i = 0; i < 10; i++) {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        silent.add(socket);
        socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: ".getBytes("US-ASCII"));
      }
      get(server, "/healthz", 200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aTakenPortIsOneClearLine() throws Exception {
    try (MetricsServer server = start(new StatusReport("", "", "", 0))) {
      assertThatThrownBy(
              () -> MetricsServer.open(server.address(), () -> null, () -> true, () -> true))
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              "cannot serve metrics on \\S+:"
                  + server.address().getPort()
                  + ": Address already in use; give another --metrics");
    }
  }

  private static String series(String stage, String counter) {
    return MetricName.of(stage, counter).exposed();
  }

  private MetricsServer start(StatusReport report) throws IOException {
    MetricsServer server =
        MetricsServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            report::toJson,
            healthy::get,
            ready::get);
    server.start();
    return server;
  }

  private String get(MetricsServer server, String path, int status) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    HttpResponse<String> response =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(status);
    return response.body();
  }
}
