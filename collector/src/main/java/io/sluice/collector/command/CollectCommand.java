package io.sluice.collector.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
final class CollectCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Source source;

  /** One of the two. */
  static final class Source {
    @Option(
        names = {"-i", "--interface"},
        paramLabel = "IF",
        split = ",",
        description = "Interface to watch; more than one for a tap with one direction each.")
    private List<String> interfaces;

    @Option(names = "--pcap", paramLabel = "FILE", description = "Capture file to replay.")
    private Path pcap;
  }

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
  private int stopTimeoutSeconds;

  @Option(
      names = "--delivery-timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "With --pcap, how long to wait for the broker (default: ${DEFAULT-VALUE}).")
  private int deliveryTimeoutSeconds;

  @Mixin private InterfaceMixin interfaceOptions;
  @Mixin private PrivilegeMixin privilegeOptions;
  @Mixin private PipelineMixin pipelineOptions;
  @Mixin private KafkaMixin kafkaOptions;
  @Mixin private AuditMixin auditOptions;
  @Mixin private MetricsMixin metricsOptions;

  @Override
  public Integer call() throws Exception {
    String name = SensorName.or(sensor);
    if (source.pcap != null) {
      if (auditOptions.isOn()) {
        throw new CommandFailure(
            "cannot use --audit with --pcap: it logs what is seen live; use sluice read --format");
      }
      return new ReplayCollection(
              source.pcap,
              pipelineOptions.toOptions(),
              kafkaOptions.toSettings(),
              name,
              Duration.ofSeconds(deliveryTimeoutSeconds))
          .run();
    }
    return new LiveCollection(
            interfaceOptions.toOptions(source.interfaces, pipelineOptions.toOptions()),
            interfaceOptions.describe(source.interfaces),
            kafkaOptions.toSettings(),
            name,
            auditOptions,
            metricsOptions,
            controlSocket,
            privilegeOptions,
            Duration.ofSeconds(stopTimeoutSeconds))
        .run();
  }
}
