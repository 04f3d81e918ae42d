package io.sluice.collector.command;

import io.sluice.collector.control.StatusReport;
import io.sluice.collector.live.Conductor;
import io.sluice.collector.live.LiveCapture;
import io.sluice.collector.metrics.MetricsServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "capture",
    description = "Watches a network interface and prints each HTTP request as a line.",
    footer = {
      "",
      "Needs CAP_NET_RAW, CAP_BPF and CAP_PERFMON (or root), and gives up all privileges once it",
      "watches. Stop it with Ctrl-C: it then tells on standard error what was seen and lost."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer>, Checked {
  private static final Duration STOP_PATIENCE =
      Duration.ofSeconds(10).plus(AuditOutput.STOP_PATIENCE);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

  @Option(
      names = {"-i", "--interface"},
      paramLabel = "IF",
      required = true,
      split = ",",
      description = "Interface to watch; more than one for a tap with one direction each.")
  private List<String> interfaces;

  @Option(
      names = "--sensor",
      paramLabel = "NAME",
      description = "Sensor in the events (default: the host's name).")
  private String sensor;

  @Option(
      names = "--no-output",
      description = "Write nothing on standard output: the audit log alone.",
      fallbackValue = "true")
  private boolean noOutput;

  @Mixin private ConfigMixin config;
  @Mixin private OutputMixin outputOptions;
  @Mixin private AuditMixin auditOptions;
  @Mixin private MetricsMixin metricsOptions;
  @Mixin private InterfaceMixin interfaceOptions;
  @Mixin private PrivilegeMixin privilegeOptions;
  @Mixin private PipelineMixin pipelineOptions;

  @Override
  public List<Runnable> checks() {
    return List.of(this::requireSomeOutput);
  }

  private void requireSomeOutput() {
    if (noOutput && !auditOptions.isOn()) {
      throw new CommandFailure("cannot use --no-output: nothing would be written; add --audit");
    }
  }

  @Override
  public Integer call() throws Exception {
    StopSignal signal = StopSignal.install(STOP_PATIENCE);
    try {
      return capture(signal);
    } finally {
      signal.done();
    }
  }

  private int capture(StopSignal signal) throws IOException, InterruptedException {
    String name = SensorName.or(sensor);
    AtomicLong requests = new AtomicLong();
    long startedNs = System.nanoTime();
    try (EventLines lines = noOutput ? null : new EventLines(outputOptions.toEncoding(name));
        AuditOutput audit = auditOptions.open(name);
        LiveCapture capture =
            LiveCapture.open(
                interfaceOptions.toOptions(interfaces, pipelineOptions.toOptions()),
                audit.beside(noOutput ? event -> requests.getAndIncrement() : lines));
        MetricsServer metrics =
            metricsOptions.open(capture, () -> status(capture, audit, name, startedNs))) {
      privilegeOptions.drop();
      audit.start();
      if (metrics != null) {
        metrics.start();
      }
      capture.start();
      System.err.println("watching " + interfaceOptions.describe(interfaces));
      try (Conductor conductor = Conductor.start(capture, reachedNs -> {})) {
        while (capture.isRunning() && !signal.await(CHECK_INTERVAL)) {}
      }
      capture.stop();
      audit.close();
      if (capture.failure() == null) {
        long events = noOutput ? requests.get() : lines.written();
        System.err.println(summary(capture, events) + audit.summary());
        return 0;
      }
      if (EventLines.isClosedPipe(capture.failure())) {
        return 0;
      }
      throw new CommandFailure(String.valueOf(capture.failure().getMessage()), capture.failure());
    }
  }

  /** One at a time: reading some of the kernel's counters resets them. */
  private synchronized ObjectNode status(
      LiveCapture capture, AuditOutput audit, String name, long startedNs) {
    StatusReport report =
        new StatusReport(
            Version.text(),
            name,
            interfaceOptions.describe(interfaces),
            (System.nanoTime() - startedNs) / 1_000_000_000L);
    audit.report(report);
    capture.report(report);
    return report.toJson();
  }

  private static String summary(LiveCapture capture, long events) {
    StatusReport report = new StatusReport("", "", "", 0);
    capture.report(report);
    ObjectNode json = report.toJson();
    ObjectNode ledger = (ObjectNode) json.get("ledger");
    return "%d requests; frames: %d seen, %d kept, %d dropped by the ring; %d bytes copied"
        .formatted(
            events,
            ledger.path("kernel").path("seen").asLong(),
            ledger.path("kernel").path("kept").asLong(),
            ledger.path("ring").path("dropped").asLong(),
            json.at("/counters/kernel/KEPT_COPIED_BYTES").asLong());
  }
}
