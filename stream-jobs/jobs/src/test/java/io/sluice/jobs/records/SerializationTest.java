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
        Group.class,
        Incoming.class,
        Latencies.class,
        LiveRequest.class,
        Origin.class,
        Partial.class,
        RawRecord.class,
        ReplayEnd.class,
        ReplayKey.class,
        ReplayProgress.class,
        ReplayStep.class,
        Request.class,
        Result.class,
        Row.class,
        Scope.class,
        Statistics.class,
        StatisticsRow.class,
        WindowKey.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void needsNoKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }
}
