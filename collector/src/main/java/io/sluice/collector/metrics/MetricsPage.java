package io.sluice.collector.metrics;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.collector.audit.AuditCounter;
import io.sluice.collector.capture.CaptureCounter;
import io.sluice.collector.capture.InterfaceCounter;
import io.sluice.collector.control.ControlCounter;
import io.sluice.collector.counters.Counter;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.live.SweepCounter;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.sink.SinkCounter;
import io.sluice.kernelfilter.FilterCounter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The status as Prometheus' text format. Stateless. */
final class MetricsPage {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  /** The help sentence of every counter, by stage and name. */
  static final Map<String, Map<String, String>> HELP =
      Map.ofEntries(
          Map.entry(
              "kernel",
              Arrays.stream(FilterCounter.values())
                  .collect(Collectors.toMap(Enum::name, FilterCounter::help))),
          Map.entry("capture", help(CaptureCounter.values())),
          Map.entry("interface", help(InterfaceCounter.values())),
          Map.entry("sweep", help(SweepCounter.values())),
          Map.entry("decode", help(DecodeCounter.values())),
          Map.entry("flow", help(FlowCounter.values())),
          Map.entry("reassembly", help(ReassemblyCounter.values())),
          Map.entry("http", help(HttpCounter.values())),
          Map.entry("audit", help(AuditCounter.values())),
          Map.entry("sink", help(SinkCounter.values())),
          Map.entry("control", help(ControlCounter.values())));

  private MetricsPage() {}

  /**
   * @param status as the control socket gives it
   */
  static byte[] of(JsonNode status) throws IOException {
    Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    MetricSnapshots.Builder page = MetricSnapshots.builder();
    for (Map.Entry<String, JsonNode> stage : status.path("counters").properties()) {
      for (Map.Entry<String, JsonNode> counter : stage.getValue().properties()) {
        add(stage.getKey(), counter.getKey(), counter.getValue().asLong(), counters, page);
      }
    }
    counters.values().forEach(counter -> page.metricSnapshot(counter.build()));
    page.metricSnapshot(
        gauge("sluice_uptime_seconds", "Seconds since the collector's start.")
            .dataPoint(value(status.path("uptime_seconds").asLong(0), Labels.EMPTY))
            .build());
    page.metricSnapshot(pending(status.path("ledger")));
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
    PrometheusTextFormatWriter.create().write(out, page.build());
    return out.toByteArray();
  }

  private static void add(
      String stage,
      String counter,
      long value,
      Map<String, CounterSnapshot.Builder> counters,
      MetricSnapshots.Builder page) {
    MetricName metric = MetricName.of(stage, counter);
    String help =
        metric.help() != null
            ? metric.help()
            : HELP.getOrDefault(stage, Map.of()).getOrDefault(counter, "See the guide.");
    if (metric.gauge()) {
      page.metricSnapshot(gauge(metric.name(), help).dataPoint(value(value, Labels.EMPTY)).build());
      return;
    }
    counters
        .computeIfAbsent(metric.name(), name -> CounterSnapshot.builder().name(name).help(help))
        .dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .value(value)
                .labels(
                    metric.reason() == null ? Labels.EMPTY : Labels.of("reason", metric.reason()))
                .build());
  }

  /** What each identity of the ledger has on its way: its one number that is in no counter. */
  private static GaugeSnapshot pending(JsonNode ledger) {
    GaugeSnapshot.Builder gauge =
        gauge(
            "sluice_ledger_in_flight",
            "What came into a stage and has not left it yet; 0 after a drain, never negative.");
    for (Map.Entry<String, JsonNode> identity : ledger.properties()) {
      List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(identity.getValue().properties());
      // The report puts it last, before the unit.
      fields.stream()
          .filter(field -> field.getValue().isNumber())
          .reduce((first, second) -> second)
          .ifPresent(last ->
              gauge.dataPoint(
                  value(
                      last.getValue().asLong(),
                      Labels.of(
                          "stage",
                          identity.getKey(),
                          "unit",
                          identity.getValue().path("unit").asString("")))));
    }
    return gauge.build();
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot value(long value, Labels labels) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }

  private static Map<String, String> help(Counter[] counters) {
    return Arrays.stream(counters).collect(Collectors.toMap(Counter::name, Counter::help));
  }
}
