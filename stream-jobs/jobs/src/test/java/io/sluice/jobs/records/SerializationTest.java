package io.sluice.jobs.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.jobs.support.Requests;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever crosses an exchange or stays in state is written by Flink's own serializers, or by ours.
 */
class SerializationTest {

  static Stream<Class<?>> types() {
    return Stream.of(
        Counts.class,
        Distinct.class,
        Frequent.class,
        Group.class,
        GroupRow.class,
        HealthRecord.class,
        HostRow.class,
        HostStatistics.class,
        Incoming.class,
        LedgerRow.class,
        LoggedRequest.class,
        Origin.class,
        Place.class,
        Quantiles.class,
        RawRecord.class,
        ReplayEnd.class,
        ReplayKey.class,
        ReplayProgress.class,
        ReplayStep.class,
        Request.class,
        Scope.class,
        SensorHealthRow.class,
        Slot.class,
        SlotGroup.class,
        SlotState.class,
        SlotTemplate.class,
        Sums.class,
        WindowKey.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void needsNoKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }

  @Test
  void writesALiveRequestByHand() throws IOException {
    RawRecord raw =
        new RawRecord(
            new Origin("topic", 3, 4), 5, null, new byte[] {1, 0, -1}, "type", null, "", "\u00e9");
    Request request =
        Requests.of(
            "id",
            1,
            "sensor",
            "host",
            "GET",
            200,
            true,
            "/{int}",
            "/1",
            "c\ud83d\ude00",
            "",
            "r",
            2,
            3,
            -1,
            4);
    LiveRequest read = copied(new LiveRequest(request, raw), LiveRequest.class);

    assertThat(read.request()).isEqualTo(request);
    assertThat(read.raw()).usingRecursiveComparison().isEqualTo(raw);
  }

  @Test
  void writesStatisticsByHand() throws IOException {
    for (int clients : new int[] {0, 1, 5000}) {
      Partial partial =
          new Partial(
              new WindowKey(clients == 0 ? WindowKey.ALL_HOSTS : "h", 10_000),
              new Group[] {new Group("s", "/{int}", "GET", 2), new Group("s", "", "\u00e9", 0)},
              new Sums[] {sums(1), sums(Long.MAX_VALUE)},
              host(clients));
      assertThat(copied(partial, Partial.class)).usingRecursiveComparison().isEqualTo(partial);

      WindowState state = new WindowState();
      state.groups = partial.groups();
      state.sums = partial.sums();
      state.host = partial.host();
      state.counts = new Counts();
      state.counts.templates = 3;
      state.counts.groups = 70_000;
      state.counts.fired = true;
      assertThat(copied(state, WindowState.class)).usingRecursiveComparison().isEqualTo(state);
    }
  }

  @Test
  void writesResultsByHand() throws IOException {
    Place place = Place.of(new ReplayKey("r", "a"), 10, new WindowKey("h", 10_000));
    for (Result result :
        new Result[] {
          Result.of(new GroupRow(place, new Group("s", "/", "GET", 5), sums(9))),
          Result.of(HostRow.of(Place.live(60, new WindowKey(WindowKey.ALL_HOSTS, 0)), host(200))),
          Result.completed(new ReplayEnd(new ReplayKey("r", "a"), "file", 7)),
          Result.cleared(Scope.of(place)),
          Result.cleared(Scope.replay(new ReplayKey("r", "a"))),
          Result.of(new LedgerRow(60_000, new long[] {1, 0, -1, Long.MAX_VALUE}))
        }) {
      assertThat(copied(result, Result.class)).usingRecursiveComparison().isEqualTo(result);
    }
  }

  private static Sums sums(long requests) {
    Sums sums = new Sums();
    sums.requests = requests;
    sums.errors = 1;
    sums.truncated = 2;
    sums.requestBytes = 300;
    sums.responseBytes = Long.MAX_VALUE;
    sums.latencyCount = 128;
    sums.latencySumUs = 1L << 40;
    return sums;
  }

  private static HostStatistics host(int clients) {
    HostStatistics host = new HostStatistics();
    host.sums = sums(clients);
    int[] bins = new int[clients];
    int[] tokens = new int[clients];
    for (int i = 0; i < clients; i++) {
      bins[i] = Quantiles.bin(i % 7 == 0 ? 0 : (long) i * i * i);
      tokens[i] = Distinct.token("c" + i);
    }
    host.latencies = Quantiles.of(bins, clients);
    host.clients = Distinct.of(tokens, clients);
    host.frequent[Ranking.PATH.ordinal()] =
        Frequent.of(Map.of("/b", new long[] {2}, "/a\ud83d\ude00", new long[] {300}), 2);
    host.frequent[Ranking.STATUS.ordinal()] =
        Frequent.of(Map.of("", new long[] {2}, "200", new long[] {1}), 1);
    return host;
  }

  /** Written, copied as bytes and read again. */
  private static <T> T copied(T value, Class<T> type) throws IOException {
    TypeSerializer<T> serializer =
        TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
    assertThat(serializer).isInstanceOf(BytesSerializer.class);
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(value, out);
    DataOutputSerializer copy = new DataOutputSerializer(16);
    serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copy);
    DataInputDeserializer in = new DataInputDeserializer(copy.getCopyOfBuffer());
    final T read = serializer.deserialize(in);
    assertThat(in.available()).isZero();
    return read;
  }
}
