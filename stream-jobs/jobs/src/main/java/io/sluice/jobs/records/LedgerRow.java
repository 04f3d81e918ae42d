package io.sluice.jobs.records;

/**
 * Where the records went, counted since the job first started.
 *
 * @param minuteMs start of the minute, by the job's clock
 * @param counts one for each {@link LedgerCount}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record LedgerRow(long minuteMs, long[] counts) {}
