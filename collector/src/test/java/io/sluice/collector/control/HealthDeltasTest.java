package io.sluice.collector.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.sink.SinkCounter;
import io.sluice.schemas.LedgerLine;
import io.sluice.schemas.SensorHealth;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class HealthDeltasTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T05:09:17.842917123Z"), ZoneOffset.UTC);

  private final long[] flow = new long[FlowCounter.values().length];
  private final long[] sink = new long[SinkCounter.values().length];
  private long emitted;
  private long acknowledged;
  private long spooled;
  private boolean hasAudit;

  /** Over a run with counters that rise, one that falls, and a line that comes later. */
  @Test
  void theSumsOverAllRecordsAreTheLedger() {
    SplittableRandom random = new SplittableRandom(7);
    HealthDeltas deltas = new HealthDeltas(this::report, CLOCK, "s", "lo", "1");
    List<SensorHealth> records = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      for (int n = random.nextInt(4); n > 0; n--) {
        flow[random.nextInt(flow.length)] += random.nextInt(1_000);
        sink[SinkCounter.SPOOL_BYTES.ordinal()] = random.nextInt(1_000);
      }
      emitted += random.nextInt(100);
      spooled = random.nextLong(emitted - acknowledged + 1);
      acknowledged += random.nextLong(emitted - acknowledged - spooled + 1);
      hasAudit |= i == 50;
      records.add(deltas.next(i == 199));
    }
    for (int i = 0; i < records.size(); i++) {
      SensorHealth record = records.get(i);
      assertThat(record.getSequence()).isEqualTo(i);
      assertThat(record.getLast()).isEqualTo(i == 199);
      assertThat(record.getRun()).isEqualTo(records.getFirst().getRun());
      if (i > 0) {
        assertThat(record.getFromTime()).isEqualTo(records.get(i - 1).getToTime());
      }
    }
    Map<String, Map<String, Long>> counters = new TreeMap<>();
    Map<String, Long> in = new TreeMap<>();
    Map<String, Map<String, Long>> out = new TreeMap<>();
    Map<String, Long> pending = new TreeMap<>();
    for (SensorHealth record : records) {
      record
          .getCounters()
          .forEach((stage, changes) -> {
            assertThat(changes.values()).isNotEmpty().doesNotContain(0L);
            Map<String, Long> sums = counters.computeIfAbsent(stage, s -> new TreeMap<>());
            changes.forEach((name, change) -> sums.merge(name, change, Long::sum));
          });
      for (LedgerLine line : record.getLedger()) {
        // The law of each interval, as the schema tells it.
        long went = line.getWentOut().values().stream().mapToLong(Long::longValue).sum();
        long before = pending.getOrDefault(line.getStage(), 0L);
        assertThat(line.getCameIn()).isEqualTo(went + line.getPending() - before);
        in.merge(line.getStage(), line.getCameIn(), Long::sum);
        Map<String, Long> ways = out.computeIfAbsent(line.getStage(), s -> new TreeMap<>());
        line.getWentOut().forEach((way, change) -> ways.merge(way, change, Long::sum));
        pending.put(line.getStage(), line.getPending());
      }
    }
    StatusReport end = report();
    for (Identity identity : end.identities()) {
      assertThat(in.get(identity.name())).isEqualTo(identity.in());
      assertThat(pending.get(identity.name())).isEqualTo(identity.remainder());
      identity
          .out()
          .forEach((way, sum) ->
              assertThat(out.get(identity.name()).getOrDefault(way, 0L)).isEqualTo(sum));
    }
    end.counters()
        .forEach((stage, values) ->
            values.forEach((name, value) ->
                assertThat(counters.getOrDefault(stage, Map.of()).getOrDefault(name, 0L))
                    .as(stage + " " + name)
                    .isEqualTo(value)));
  }

  private StatusReport report() {
    Map<String, Long> ways = new LinkedHashMap<>();
    ways.put("acknowledged", acknowledged);
    ways.put("spooled", spooled);
    StatusReport report =
        new StatusReport("1", "s", "lo", 0)
            .add("flow", FlowCounter.values(), counter -> flow[counter.ordinal()])
            .add("sink", SinkCounter.values(), counter -> sink[counter.ordinal()])
            .add(new Identity("events", "emitted", emitted, ways, "in_flight", "events"));
    return hasAudit
        ? report.add(
            new Identity(
                "audit",
                "offered",
                emitted,
                Map.of("written", acknowledged),
                "in_queue",
                "records"))
        : report;
  }
}
