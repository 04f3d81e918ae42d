package io.sluice.collector.command;

import io.sluice.collector.pipeline.EventOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "collect",
    description = "Sends each HTTP request seen on an interface, or in a capture file, to Kafka.",
    footer = {
      "",
      "With --pcap it prints one line of JSON, with run, attempt and events, when the broker has",
      "taken all events of the file, and ends."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class CollectCommand implements Callable<Integer>, Checked {
  @Option(
      names = {"-i", "--interface"},
      paramLabel = "IF",
      split = ",",
      description = "Interface to watch; more than one for a tap with one direction each.")
  private List<String> interfaces = List.of();

  @Option(
      names = "--pcap",
      paramLabel = "FILE",
      description = "Capture file to replay, instead of an interface.")
  private Path pcap;

  @Option(
      names = "--sensor",
      paramLabel = "NAME",
      description = "Sensor in the events (default: the host's name).")
  private String sensor;

  @Option(
      names = "--control-socket",
      paramLabel = "PATH",
      description = "Unix socket to answer on; sluice status asks there.")
  private Path controlSocket;

  @Option(
      names = "--stop-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "On SIGTERM, how long to wait for the broker (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 0, most = 3_600)
  private int stopTimeoutSeconds;

  @Option(
      names = "--delivery-timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "With --pcap, how long to wait for the broker (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = 1_000_000)
  private int deliveryTimeoutSeconds;

  @Spec private CommandSpec spec;
  @Mixin private ConfigMixin config;
  @Mixin private InterfaceMixin interfaceOptions;
  @Mixin private PrivilegeMixin privilegeOptions;
  @Mixin private PipelineMixin pipelineOptions;
  @Mixin private KafkaMixin kafkaOptions;
  @Mixin private AuditMixin auditOptions;
  @Mixin private MetricsMixin metricsOptions;

  @Override
  public List<Runnable> checks() {
    return List.of(this::requireOneSource, this::requireAuditOfLiveEvents);
  }

  private void requireOneSource() {
    if (pcap == null && interfaces.isEmpty()) {
      throw new CommandFailure("cannot run collect: nothing to watch; give --interface or --pcap");
    }
    if (pcap != null && isGiven("--interface")) {
      throw new CommandFailure("cannot use --pcap with --interface; give one of the two");
    }
  }

  private void requireAuditOfLiveEvents() {
    if (pcap != null && isGiven("--audit")) {
      throw new CommandFailure(
          "cannot use --audit with --pcap: it logs what is seen live; use sluice read --format");
    }
  }

  /** Whether by the command line: a configuration is there for other runs too. */
  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** All that may change under way. */
  EventOptions events() {
    return pipelineOptions.toOptions().events();
  }

  @Override
  public Integer call() throws Exception {
    String name = SensorName.or(sensor);
    if (pcap != null) {
      return new ReplayCollection(
              pcap,
              pipelineOptions.toOptions(),
              kafkaOptions.toSettings(),
              name,
              Duration.ofSeconds(deliveryTimeoutSeconds))
          .run();
    }
    return new LiveCollection(
            interfaceOptions.toOptions(interfaces, pipelineOptions.toOptions()),
            interfaceOptions.describe(interfaces),
            kafkaOptions.toSettings(),
            name,
            auditOptions,
            metricsOptions,
            controlSocket,
            privilegeOptions,
            Duration.ofSeconds(stopTimeoutSeconds),
            spec)
        .run();
  }
}
