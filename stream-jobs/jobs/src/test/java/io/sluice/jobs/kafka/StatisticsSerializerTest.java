package io.sluice.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.HostStatistics;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.ReplayKey;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowKey;
import io.sluice.schemas.GroupStatistics;
import io.sluice.schemas.Ranked;
import io.sluice.schemas.RankedValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written field by field, against what the generated classes write of the same row. */
class StatisticsSerializerTest {
  private final StatisticsSerializer serializer = new StatisticsSerializer("topic");

  @BeforeEach
  void open() {
    serializer.open();
  }

  @Test
  void writesGroupsAsAvroDoes() throws IOException {
    for (Place place : places()) {
      GroupRow row = new GroupRow(place, new Group("s", "/{int}/\u00e9", "GET", 5), sums());
      assertThat(ByteBuffer.wrap(serializer.bytes(row)))
          .isEqualTo(GroupStatistics.getEncoder().encode(group(row)));
    }
  }

  @Test
  void writesHostsAsAvroDoes() throws IOException {
    for (Place place : places()) {
      HostStatistics statistics = new HostStatistics();
      statistics.sums = sums();
      for (Ranking ranking : Ranking.values()) {
        if (ranking != Ranking.REFERRER) {
          statistics.frequent[ranking.ordinal()] =
              Frequent.of(
                  Map.of(
                      ranking.name(),
                      new long[] {7},
                      "",
                      new long[] {300},
                      "/\ud83d\ude00",
                      new long[] {1L << 40}),
                  2);
        }
      }
      HostRow row = HostRow.of(place, statistics);
      assertThat(ByteBuffer.wrap(serializer.bytes(row)))
          .isEqualTo(io.sluice.schemas.HostStatistics.getEncoder().encode(host(row)));
    }
  }

  private static List<Place> places() {
    return List.of(
        Place.live(60, new WindowKey(WindowKey.ALL_HOSTS, 0)),
        Place.live(10, new WindowKey("", 1_764_000_000_000L)),
        Place.of(new ReplayKey("r", "a"), 10, new WindowKey("h".repeat(200), 10_000)));
  }

  private static Sums sums() {
    Sums sums = new Sums();
    sums.requests = 1;
    sums.errors = 2;
    sums.truncated = 63;
    sums.requestBytes = 64;
    sums.responseBytes = Long.MAX_VALUE;
    sums.latencyCount = 128;
    sums.latencySumUs = 1L << 40;
    return sums;
  }

  private static GroupStatistics group(GroupRow row) {
    Place place = row.place();
    return GroupStatistics.newBuilder()
        .setRun(place.run())
        .setAttempt(place.attempt())
        .setWindowStart(Instant.ofEpochMilli(place.window().startMs()))
        .setWindowSeconds(place.windowSeconds())
        .setSensor(row.group().sensor())
        .setHost(place.window().host())
        .setPath(row.group().path())
        .setMethod(row.group().method())
        .setStatusClass(row.group().statusClass())
        .setRequests(row.sums().requests)
        .setErrors(row.sums().errors)
        .setTruncated(row.sums().truncated)
        .setRequestBytes(row.sums().requestBytes)
        .setResponseBytes(row.sums().responseBytes)
        .setLatencyCount(row.sums().latencyCount)
        .setLatencySumUs(row.sums().latencySumUs)
        .setDurationSumUs(row.sums().durationSumUs)
        .build();
  }

  private static io.sluice.schemas.HostStatistics host(HostRow row) {
    Place place = row.place();
    return io.sluice.schemas.HostStatistics.newBuilder()
        .setRun(place.run())
        .setAttempt(place.attempt())
        .setWindowStart(Instant.ofEpochMilli(place.window().startMs()))
        .setWindowSeconds(place.windowSeconds())
        .setHost(place.window().isOfAllHosts() ? null : place.window().host())
        .setRequests(row.sums().requests)
        .setErrors(row.sums().errors)
        .setTruncated(row.sums().truncated)
        .setRequestBytes(row.sums().requestBytes)
        .setResponseBytes(row.sums().responseBytes)
        .setLatencyCount(row.sums().latencyCount)
        .setLatencySumUs(row.sums().latencySumUs)
        .setDurationSumUs(row.sums().durationSumUs)
        .setLatencySketch(ByteBuffer.wrap(row.latencySketch()))
        .setDurationSketch(ByteBuffer.wrap(row.durationSketch()))
        .setClientSketch(ByteBuffer.wrap(row.clientSketch()))
        .setPaths(ranked(row, Ranking.PATH))
        .setTemplates(ranked(row, Ranking.TEMPLATE))
        .setClients(ranked(row, Ranking.CLIENT))
        .setUserAgents(ranked(row, Ranking.USER_AGENT))
        .setReferrers(ranked(row, Ranking.REFERRER))
        .setMethods(ranked(row, Ranking.METHOD))
        .setStatuses(ranked(row, Ranking.STATUS))
        .build();
  }

  private static Ranked ranked(HostRow row, Ranking ranking) {
    Frequent frequent = row.frequent()[ranking.ordinal()];
    List<RankedValue> values = new ArrayList<>(frequent.values.length);
    for (int i = 0; i < frequent.values.length; i++) {
      values.add(
          RankedValue.newBuilder()
              .setValue(frequent.values[i])
              .setRequests(frequent.counts[i])
              .build());
    }
    return Ranked.newBuilder().setValues(values).setError(frequent.error).build();
  }
}
