package io.sluice.collector.command;

import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.live.LiveOptions;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.kernelfilter.FilterOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a live capture. */
final class InterfaceMixin implements Checked {
  private static final int MAX_WORKERS = 64;

  @Option(
      names = "--netns",
      paramLabel = "NAME",
      description = "Network namespace of the interface, as in ip netns.")
  private String namespace;

  @Option(
      names = "--no-promiscuous",
      description = "Leave out frames for other hosts (the default takes them, but on lo).",
      fallbackValue = "true")
  private boolean notPromiscuous;

  @Option(
      names = "--ring-block-bytes",
      paramLabel = "N",
      defaultValue = "1048576",
      description = "Size of a block of the ring, a power of two (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1 << 17, most = 1 << 26)
  private int blockBytes;

  @Option(
      names = "--ring-blocks",
      paramLabel = "N",
      defaultValue = "32",
      description = "Blocks of the ring (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 2, most = 65_536)
  private int blocks;

  @Option(
      names = "--retire-timeout-ms",
      paramLabel = "MS",
      defaultValue = "10",
      description = "A packet waits at most so long in the ring (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = 10_000)
  private int retireTimeoutMs;

  @Option(
      names = "--timestamps",
      paramLabel = "kernel|card",
      description =
          "Where packets have their time from: the kernel, or the network card where it gives one"
              + " (default: ${DEFAULT-VALUE}).")
  @Allowed(text = "kernel or card")
  private String timestamps = "kernel";

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "The kernel forgets a session that is idle for longer (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = 86_400)
  private int idleTimeoutSeconds;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "65536",
      description =
          "Room for sessions in each of the kernel's two maps (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = 1 << 24)
  private int sessions;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Threads, each with a ring of its own for each interface (default: one for each"
              + " processor).")
  @Allowed(least = 1, most = MAX_WORKERS)
  private int workers = Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors());

  @Mixin private FilterMixin filter = new FilterMixin();

  @Override
  public List<Runnable> checks() {
    return List.of(this::ring);
  }

  private RingOptions ring() {
    return new RingOptions(blockBytes, blocks, retireTimeoutMs, timedByCard());
  }

  private boolean timedByCard() {
    return switch (timestamps.toLowerCase(Locale.ROOT)) {
      case "kernel" -> false;
      case "card" -> true;
      default ->
          throw new CommandFailure(
              "cannot use --timestamps "
                  + timestamps
                  + ": there is none of that name; give kernel or card");
    };
  }

  LiveOptions toOptions(List<String> interfaces, PipelineOptions pipeline) {
    try {
      return new LiveOptions(
          interfaces,
          namespace,
          workers,
          !notPromiscuous,
          ring(),
          filter.over(
              FilterOptions.defaults()
                  .withSessions(sessions, sessions)
                  .withIdleTimeout(Duration.ofSeconds(idleTimeoutSeconds))),
          pipeline);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  String describe(List<String> interfaces) {
    String names = String.join(",", interfaces);
    return namespace == null ? names : names + " in namespace " + namespace;
  }
}
