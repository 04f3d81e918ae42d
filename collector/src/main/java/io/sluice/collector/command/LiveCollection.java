package io.sluice.collector.command;

import io.sluice.collector.control.ControlCounter;
import io.sluice.collector.control.ControlLedger;
import io.sluice.collector.control.ControlRequests;
import io.sluice.collector.control.ControlServer;
import io.sluice.collector.control.EventTail;
import io.sluice.collector.control.HealthDeltas;
import io.sluice.collector.control.Identity;
import io.sluice.collector.control.SessionList;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.live.Conductor;
import io.sluice.collector.live.EventOutput;
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
import io.sluice.kernelfilter.MonotonicClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import sun.misc.Signal;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
  private final CommandSpec spec;
  private final DeliveryLedger ledger = new DeliveryLedger();
  private final ControlLedger controlLedger = new ControlLedger();
  private final EventTail tail = new EventTail();
  private final long startedNs = System.nanoTime();

  /**
   * @param controlSocket null for none
   * @param spec of the command that runs
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
      Duration stopTimeout,
      CommandSpec spec) {
    this.options = options;
    this.source = source;
    this.kafka = kafka;
    this.sensor = sensor;
    this.auditOptions = auditOptions;
    this.metricsOptions = metricsOptions;
    this.controlSocket = controlSocket;
    this.privileges = privileges;
    this.stopTimeout = stopTimeout;
    this.spec = spec;
  }

  /** Returns the exit status. */
  int run() throws IOException, InterruptedException {
    StopSignal signal =
        StopSignal.install(
            DRAIN_PATIENCE.plus(stopTimeout).plus(AuditOutput.STOP_PATIENCE).plus(HEALTH_PATIENCE));
    try (ServiceManager manager = ServiceManager.open(System.getenv());
        KafkaSink sink = KafkaSink.open(privileges.hold(kafka), sensor, null, ledger);
        AuditOutput audit = auditOptions.open(sensor);
        LiveCapture capture = LiveCapture.open(options, audit.beside(beside(tail, sink)));
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
      Signal.handle(new Signal("HUP"), hangUp -> onHangUp(capture));
      System.err.println("collecting from " + source + " to Kafka at " + kafka.bootstrap());
      manager.ready("collecting from " + source);
      try (Conductor conductor = Conductor.start(capture, sink::heartbeat)) {
        while (capture.isRunning() && !signal.await(CHECK_INTERVAL)) {
          manager.feed(capture.standstill());
        }
      }
      manager.stopping();
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

  /** The tail first: it never throws. */
  private static EventOutput beside(EventTail tail, KafkaSink sink) {
    return event -> {
      tail.onEvent(event);
      sink.onEvent(event);
    };
  }

  private ControlServer openControl(LiveCapture capture, AuditOutput audit) throws IOException {
    if (controlSocket == null) {
      return null;
    }
    ControlRequests requests =
        new ControlRequests() {
          @Override
          public ObjectNode status() {
            return LiveCollection.this.status(capture, audit).toJson();
          }

          @Override
          public ArrayNode sessions(int limit) {
            return SessionList.of(capture.sessions(limit), MonotonicClock.nowNs());
          }

          @Override
          public List<String> reload() {
            return LiveCollection.this.reload(capture);
          }
        };
    return ControlServer.open(controlSocket, requests, tail, sensor, controlLedger);
  }

  private void onHangUp(LiveCapture capture) {
    try {
      reload(capture);
    } catch (IllegalArgumentException e) {
      LOG.debug("told already", e);
    }
  }

  /** Says on standard error what it did too; on whichever thread it is asked for. */
  private List<String> reload(LiveCapture capture) {
    try {
      List<String> done = new Reload(spec, System.getenv(), capture::change).run();
      controlLedger.increment(ControlCounter.RELOADS);
      done.forEach(System.err::println);
      return done;
    } catch (IllegalArgumentException e) {
      controlLedger.increment(ControlCounter.RELOADS_REFUSED);
      System.err.println(e.getMessage());
      throw e;
    }
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
    report.add("control", ControlCounter.values(), controlLedger::get);
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
