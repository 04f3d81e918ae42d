package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskBudgetTest {
  @ParameterizedTest
  @ValueSource(longs = {3072, 4096, 10_000, 1 << 20})
  void partsStayWithinTheTotal(long mib) {
    final DiskBudget budget = new DiskBudget(mib * DiskBudget.MIB);

    final long parts =
        budget.eventTopicBytes()
            + budget.statisticsTopicBytes()
            + 3 * budget.sideTopicBytes()
            + budget.spoolBytes()
            + budget.storeBytes()
            + budget.checkpointBytes()
            + budget.logBytes();

    // Kafka's own topics and the services' temporary files need the rest.
    assertThat(parts).isLessThanOrEqualTo(budget.totalBytes() - 200 * DiskBudget.MIB);
    assertThat(budget.storeTableBytes()).isGreaterThan(400 * DiskBudget.MIB);
  }

  @Test
  void topicWithItsOpenSegmentsStaysWithinItsPart() {
    final long topic = 1000 * DiskBudget.MIB;
    final int partitions = 4;

    final long most =
        partitions
            * (DiskBudget.retentionBytes(topic, partitions)
                + 2 * DiskBudget.segmentBytes(topic, partitions));

    assertThat(most).isLessThanOrEqualTo(topic);
    assertThat(DiskBudget.retentionBytes(topic, partitions)).isPositive();
  }

  @Test
  void refusesTooLittle() {
    assertThatThrownBy(() -> new DiskBudget(1))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith("cannot keep to a disk budget of 0 MiB");
  }
}
