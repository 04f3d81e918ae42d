package io.sluice.jobs.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.RawRecord;
import io.sluice.jobs.records.ReplayEnd;
import io.sluice.jobs.records.ReplayKey;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final long NOW = 1_700_000_000_000L;

  @Test
  void sendsEachKindItsWay() throws Exception {
    RawRecord raw = Samples.raw();
    try (var harness =
        new OneInputStreamOperatorTestHarness<Incoming, LiveRequest>(
            new Tallies.OfRouter(new Router(300_000, 10_000, () -> NOW)))) {
      harness.open();
      harness.processElement(live("in-time", NOW + 300_000), 0);
      harness.processElement(live("future", NOW + 300_001), 0);
      harness.processElement(
          Incoming.replayed(new ReplayKey("file:1", "a"), Samples.request("r", 1, "h", "/")), 0);
      harness.processElement(
          Incoming.replayEnd(new ReplayEnd(new ReplayKey("file:1", "a"), "f", 1)), 0);
      harness.processElement(Incoming.heartbeat("s", NOW), 0);
      harness.processElement(Incoming.malformed(raw), 0);
      harness.processElement(Incoming.unknown(raw), 0);

      assertThat(harness.extractOutputValues())
          .extracting(LiveRequest::request)
          .containsExactly(Samples.request("in-time", NOW + 300_000, "h", "/"));
      assertThat(harness.getSideOutput(Router.FUTURE))
          .extracting(record -> record.getValue().reason())
          .containsExactly("future");
      assertThat(harness.getSideOutput(Router.REPLAYS))
          .extracting(record -> record.getValue().kind())
          .containsExactly(Incoming.Kind.REPLAYED, Incoming.Kind.REPLAY_END);
      assertThat(harness.getSideOutput(Router.MALFORMED)).hasSize(1);

      // Of the seven, one goes on to where its fate is decided. Two were ahead of the clock.
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.getSideOutput(Tallies.TAG))
          .extracting(record -> record.getValue())
          .containsExactly(new long[] {7, 1, 1, 1, 1, 1, 1, 0, 0, 0, 2, 0});
      harness.prepareSnapshotPreBarrier(2);
      assertThat(harness.getSideOutput(Tallies.TAG)).hasSize(2);
      assertThat(java.util.List.copyOf(harness.getSideOutput(Tallies.TAG)).get(1).getValue())
          .containsOnly(0);
    }
  }

  private static Incoming live(String id, long timeMs) {
    return Incoming.live("s", Samples.request(id, timeMs, "h", "/"), Samples.raw());
  }
}
