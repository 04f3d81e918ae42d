package io.sluice.collector.command;

import io.sluice.collector.control.ControlServer;
import io.sluice.collector.control.HealthDeltas;
import io.sluice.collector.control.Identity;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.live.Conductor;
import io.sluice.collector.live.LiveCapture;
import io.sluice.collector.live.LiveOptions;
import io.sluice.collector.metrics.MetricsServer;
import io.sluice.collector.privilege.PrivilegeState;
import io.sluice.collector.sink.DeliveryLedger;
import io.sluice.collector.sink.HealthPublisher;
import io.sluice.collector.sink.KafkaCodecs;
import io.sluice.collector.sink.KafkaPublisher;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.KafkaSink;
import io.sluice.collector.sink.SinkCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From interfaces to Kafka until told to stop: the wiring of worker, publisher, conductor, control
 * socket and metrics.
 */
final class LiveCollection {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCollection.class);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

  /** For the last word on the sensor's health. */
  private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(3);

  /** For what the rings and the pipeline hold. */
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(5);

  private final LiveOptions options;
  private final String source;
  private final KafkaSettings kafka;
  private final String sensor;
  private final AuditMixin auditOptions;
  private final MetricsMixin metricsOptions;
  private final Path controlSocket;
  private final PrivilegeMixin privileges;
  private final Duration stopTimeout;
  private final DeliveryLedger ledger = new DeliveryLedger();
  private final long startedNs = System.nanoTime();

  /**
   * @param controlSocket null for none
   */
  LiveCollection(
      LiveOptions options,
      String source,
      KafkaSettings kafka,
      String sensor,
      AuditMixin auditOptions,
      MetricsMixin metricsOptions,
      Path controlSocket,
      PrivilegeMixin privileges,
      Duration stopTimeout) {
    this.options = options;
    this.source = source;
    this.kafka = kafka;
    this.sensor = sensor;
    this.auditOptions = auditOptions;
    this.metricsOptions = metricsOptions;
    this.controlSocket = controlSocket;
    this.privileges = privileges;
    this.stopTimeout = stopTimeout;
  }

  /** Returns the exit status. */
  int run() throws IOException, InterruptedException {
    StopSignal signal =
        StopSignal.install(
            DRAIN_PATIENCE.plus(stopTimeout).plus(AuditOutput.STOP_PATIENCE).plus(HEALTH_PATIENCE));
    try (KafkaSink sink = KafkaSink.open(kafka, sensor, null, ledger);
        AuditOutput audit = auditOptions.open(sensor);
        LiveCapture capture = LiveCapture.open(options, audit.beside(sink::onEvent));
        ControlServer control = openControl(capture, audit);
        MetricsServer metrics =
            metricsOptions.open(capture, () -> status(capture, audit).toJson());
        HealthPublisher health =
            HealthPublisher.of(kafka, sensor, deltas(() -> status(capture, audit))::next)) {
      KafkaCodecs.load();
      privileges.drop();
      audit.start();
      if (control != null) {
        control.start();
      }
      if (metrics != null) {
        metrics.start();
      }
      KafkaPublisher publisher = KafkaPublisher.start(sink);
      health.start();
      capture.start();
      System.err.println("collecting from " + source + " to Kafka at " + kafka.bootstrap());
      try (Conductor conductor = Conductor.start(capture, sink::heartbeat)) {
        while (capture.isRunning() && !signal.await(CHECK_INTERVAL)) {}
      }
      capture.stop();
      boolean drained = publisher.stop(stopTimeout);
      audit.close();
      sink.close();
      health.stop(HEALTH_PATIENCE);
      System.err.printf(
          "%d requests, %d taken over, %d acknowledged, %d spooled, %d lost%s%n",
          ledger.get(SinkCounter.EVENTS_EMITTED),
          ledger.get(SinkCounter.EVENTS_CARRIED_OVER),
          ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED),
          ledger.get(SinkCounter.EVENTS_SPOOLED),
          ledger.failed() + ledger.inFlight(),
          audit.summary());
      if (capture.failure() != null) {
        throw new CommandFailure(String.valueOf(capture.failure().getMessage()), capture.failure());
      }
      return drained ? 0 : 1;
    } finally {
      signal.done();
    }
  }

  private ControlServer openControl(LiveCapture capture, AuditOutput audit) throws IOException {
    return controlSocket == null
        ? null
        : ControlServer.open(controlSocket, () -> status(capture, audit).toJson());
  }

  private HealthDeltas deltas(Supplier<StatusReport> status) {
    return new HealthDeltas(status, Clock.systemUTC(), sensor, source, Version.text());
  }

  /** One at a time: reading some of the kernel's counters resets them. */
  private synchronized StatusReport status(LiveCapture capture, AuditOutput audit) {
    StatusReport report =
        new StatusReport(
            Version.text(), sensor, source, (System.nanoTime() - startedNs) / 1_000_000_000L);
    // Downstream first, so that what moves meanwhile is in flight and never missing.
    Map<String, Long> out = new LinkedHashMap<>();
    out.put("acknowledged", ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED));
    for (SinkCounter counter : SinkCounter.values()) {
      if (counter.isFailure()) {
        out.put(
            counter.name().substring("EVENTS_".length()).toLowerCase(Locale.ROOT),
            ledger.get(counter));
      }
    }
    out.put("spooled", ledger.get(SinkCounter.EVENTS_SPOOLED));
    report.add("sink", SinkCounter.values(), ledger::get);
    // What the run before has left comes in as what is emitted does.
    Identity events =
        new Identity(
            "events",
            "emitted_and_carried_over",
            ledger.get(SinkCounter.EVENTS_EMITTED) + ledger.get(SinkCounter.EVENTS_CARRIED_OVER),
            out,
            "in_flight",
            "events");
    audit.report(report);
    capture.report(report);
    try {
      report.add(PrivilegeState.ofProcess());
    } catch (IOException e) {
      LOG.debug("no state of the privileges", e);
    }
    return report.add(events);
  }
}
