package io.sluice.jobs.records;

/** Where a record stands in Kafka. */
public record Origin(String topic, int partition, long offset) {}
