package io.sluice.jobs.records;

import java.util.stream.Stream;
import org.apache.flink.types.PojoTestUtils;
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
        LiveRequest.class,
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
        WindowKey.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void needsNoKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }
}
