package io.sluice.standalone.service;

import io.sluice.standalone.DiskBudget;
import java.util.List;

/**
 * A topic that {@code up} creates. Records leave it by size alone: those of a replayed file bear
 * old times and must not be deleted for their age.
 */
record Topic(String name, int partitions, long bytes) {

  static List<Topic> all(DiskBudget budget) {
    return List.of(
        new Topic("http.requests.v1", 4, budget.eventTopicBytes()),
        new Topic("http.stats.v1", 4, budget.statisticsTopicBytes()),
        new Topic("http.requests.v1.dlq", 1, budget.sideTopicBytes()),
        new Topic("http.late.v1", 1, budget.sideTopicBytes()),
        new Topic("sensor.health.v1", 1, budget.sideTopicBytes()));
  }

  long retentionBytes() {
    return DiskBudget.retentionBytes(bytes, partitions);
  }

  long segmentBytes() {
    return DiskBudget.segmentBytes(bytes, partitions);
  }
}
