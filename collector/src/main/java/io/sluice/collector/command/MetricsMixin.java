package io.sluice.collector.command;

import io.sluice.collector.encoding.SafeText;
import io.sluice.collector.live.LiveCapture;
import io.sluice.collector.metrics.MetricsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The option of the metrics. */
final class MetricsMixin implements Checked {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:]+):)?(\\d{1,5})");
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_PORT = 65_535;

  /** A worker that has not moved for so long will not move again. */
  private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(10);

  @Option(
      names = "--metrics",
      paramLabel = "[HOST:]PORT",
      description = {
        "Answer Prometheus on /metrics, and /healthz and /readyz; without HOST on loopback only. Who",
        "gets there may read every counter, and no event."
      })
  private String address;

  @Override
  public List<Runnable> checks() {
    return address == null ? List.of() : List.of(this::parse);
  }

  /** Listens, or returns null where that was not asked for. */
  MetricsServer open(LiveCapture capture, Supplier<ObjectNode> status) throws IOException {
    return address == null
        ? null
        : MetricsServer.open(parse(), status, () -> isWell(capture), capture::isRunning);
  }

  private static boolean isWell(LiveCapture capture) {
    return capture.failure() == null && capture.standstill().compareTo(LONGEST_STANDSTILL) < 0;
  }

  private InetSocketAddress parse() {
    Matcher parts = ADDRESS.matcher(address);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : -1;
    if (port < 0 || port > MAX_PORT) {
      throw new CommandFailure(
          "cannot use --metrics "
              + SafeText.clean(address)
              + ": it is no address; give a port (0 to 65535), or HOST:PORT");
    }
    InetSocketAddress parsed =
        new InetSocketAddress(parts.group(1) == null ? LOOPBACK : parts.group(1), port);
    if (parsed.isUnresolved()) {
      throw new CommandFailure(
          "cannot use --metrics "
              + SafeText.clean(address)
              + ": the host has no address; give an address of this machine");
    }
    return parsed;
  }
}
