package io.sluice.collector.control;

import io.sluice.schemas.LedgerLine;
import io.sluice.schemas.SensorHealth;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Cuts a run of the collector into intervals: each record says what has changed since the one
 * before, so that the sums over all of them are what the collector itself has counted. One thread.
 */
public final class HealthDeltas {
  private final Supplier<StatusReport> status;
  private final Clock clock;
  private final String sensor;
  private final String source;
  private final String version;
  private final String run = UUID.randomUUID().toString();
  private final Map<String, Identity> ledgerBefore = new HashMap<>();
  private final Map<String, Map<String, Long>> countersBefore = new HashMap<>();
  private Instant from;
  private long sequence;

  /**
   * @param status asked once for each record
   * @param source what is watched
   */
  public HealthDeltas(
      Supplier<StatusReport> status, Clock clock, String sensor, String source, String version) {
    this.status = status;
    this.clock = clock;
    this.sensor = sensor;
    this.source = source;
    this.version = version;
    from = now();
  }

  /**
   * Ends the interval and begins the next.
   *
   * @param last whether nothing will change any more
   */
  public SensorHealth next(boolean last) {
    StatusReport report = status.get();
    Instant to = now();
    SensorHealth record =
        new SensorHealth(
            sensor,
            run,
            sequence++,
            from,
            to,
            last,
            source,
            version,
            ledger(report),
            counters(report));
    from = to;
    return record;
  }

  private List<LedgerLine> ledger(StatusReport report) {
    List<LedgerLine> lines = new ArrayList<>();
    for (Identity now : report.identities()) {
      Identity before = ledgerBefore.put(now.name(), now);
      lines.add(
          new LedgerLine(
              now.name(),
              now.unit(),
              now.input(),
              now.in() - (before == null ? 0 : before.in()),
              changes(now.out(), before == null ? Map.of() : before.out()),
              now.remainder()));
    }
    return lines;
  }

  private Map<String, Map<String, Long>> counters(StatusReport report) {
    Map<String, Map<String, Long>> changed = new HashMap<>();
    report
        .counters()
        .forEach((stage, now) -> {
          Map<String, Long> before = countersBefore.put(stage, Map.copyOf(now));
          Map<String, Long> changes = changes(now, before == null ? Map.of() : before);
          if (!changes.isEmpty()) {
            changed.put(stage, changes);
          }
        });
    return changed;
  }

  /** Those that are not zero. */
  private static Map<String, Long> changes(Map<String, Long> now, Map<String, Long> before) {
    Map<String, Long> changes = new HashMap<>();
    now.forEach((name, value) -> {
      long change = value - before.getOrDefault(name, 0L);
      if (change != 0) {
        changes.put(name, change);
      }
    });
    return changes;
  }

  /** As the record holds it, so that an interval ends exactly where the next one begins. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
