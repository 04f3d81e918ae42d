package io.sluice.standalone.service;

import io.sluice.standalone.DiskBudget;
import java.util.List;

/**
 * A topic that {@code up} creates. Records leave it by size alone: those of a replayed file bear
 * old times and must not be deleted for their age.
 */
record Topic(String name, int partitions, long bytes, boolean compacted) {
  /** A few schemas, each kept for good under its key. */
  private static final long SCHEMA_BYTES = 16 * DiskBudget.MIB;

  Topic(String name, int partitions, long bytes) {
    this(name, partitions, bytes, false);
  }

  static List<Topic> all(DiskBudget budget) {
    return List.of(
        new Topic("http.requests.v1", 4, budget.eventTopicBytes()),
        new Topic("http.stats.v2", 4, budget.statisticsTopicBytes()),
        new Topic("http.requests.v1.dlq", 1, budget.sideTopicBytes()),
        new Topic("http.late.v1", 1, budget.sideTopicBytes()),
        new Topic("sensor.health.v1", 1, budget.sideTopicBytes()),
        new Topic("sluice.schemas.v1", 1, SCHEMA_BYTES, true));
  }

  long retentionBytes() {
    return DiskBudget.retentionBytes(bytes, partitions);
  }

  long segmentBytes() {
    return DiskBudget.segmentBytes(bytes, partitions);
  }
}
