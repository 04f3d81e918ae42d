package io.sluice.jobs.records;

/**
 * One record of the health topic as the source hands it on: one of both is set.
 *
 * @param malformed where it could not be read
 */
public record HealthRecord(SensorHealthRow row, RawRecord malformed) {}
