package io.sluice.collector.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that moves when told. */
final class SteppedClock extends Clock {
  private Instant now = Instant.parse("2026-11-21T01:02:03Z");

  void advance(final Duration by) {
    now = now.plus(by);
  }

  long nowNs() {
    return AuditQueue.nanos(now);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(final ZoneId zone) {
    return this;
  }
}
