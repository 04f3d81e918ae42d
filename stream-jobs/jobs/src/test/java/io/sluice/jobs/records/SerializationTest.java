package io.sluice.jobs.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

/** Whatever crosses an exchange or stays in state is written by Flink's own serializers. */
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
        Partial.class,
        Place.class,
        Quantiles.class,
        RawRecord.class,
        ReplayEnd.class,
        ReplayKey.class,
        ReplayProgress.class,
        ReplayStep.class,
        Request.class,
        Result.class,
        Scope.class,
        SensorHealthRow.class,
        Slot.class,
        SlotGroup.class,
        SlotState.class,
        SlotTemplate.class,
        Sums.class,
        WindowKey.class,
        WindowState.class);
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
        new Request(
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
    TypeSerializer<LiveRequest> serializer =
        TypeInformation.of(LiveRequest.class).createSerializer(new SerializerConfigImpl());
    assertThat(serializer).isInstanceOf(LiveRequestSerializer.class);

    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(new LiveRequest(request, raw), out);
    DataOutputSerializer copy = new DataOutputSerializer(16);
    serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copy);
    DataInputDeserializer in = new DataInputDeserializer(copy.getCopyOfBuffer());
    LiveRequest read = serializer.deserialize(in);

    assertThat(in.available()).isZero();
    assertThat(read.request()).isEqualTo(request);
    assertThat(read.raw()).usingRecursiveComparison().isEqualTo(raw);
  }
}
