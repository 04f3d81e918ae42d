package io.sluice.collector.command;

import io.sluice.collector.control.StatusReport;
import io.sluice.collector.live.Conductor;
import io.sluice.collector.live.LiveCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "capture",
    description = "Watches a network interface and prints each HTTP request as a line.",
    footer = {
      "",
      "Needs CAP_NET_RAW and CAP_BPF (or root). Stop it with Ctrl-C: it then tells on standard",
      "error what was seen and what was lost."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer> {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
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

  @Mixin private OutputMixin outputOptions;
  @Mixin private InterfaceMixin interfaceOptions;
  @Mixin private PipelineMixin pipelineOptions;

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
    try (EventLines output = new EventLines(outputOptions.toEncoding(SensorName.or(sensor)));
        LiveCapture capture =
            LiveCapture.open(
                interfaceOptions.toOptions(interfaces, pipelineOptions.toOptions()), output)) {
      capture.start();
      System.err.println("watching " + interfaceOptions.describe(interfaces));
      try (Conductor conductor = Conductor.start(capture, reachedNs -> {})) {
        while (capture.isRunning() && !signal.await(CHECK_INTERVAL)) {}
      }
      capture.stop();
      if (capture.failure() == null) {
        System.err.println(summary(capture, output.written()));
        return 0;
      }
      if (EventLines.isClosedPipe(capture.failure())) {
        return 0;
      }
      throw new CommandFailure(String.valueOf(capture.failure().getMessage()), capture.failure());
    }
  }

  private static String summary(LiveCapture capture, long events) {
    StatusReport report = new StatusReport("", "", "", 0);
    capture.report(report);
    ObjectNode ledger = (ObjectNode) report.toJson().get("ledger");
    return "%d requests; frames: %d seen, %d kept, %d dropped by the ring"
        .formatted(
            events,
            ledger.path("kernel").path("seen").asLong(),
            ledger.path("kernel").path("kept").asLong(),
            ledger.path("ring").path("dropped").asLong());
  }
}
