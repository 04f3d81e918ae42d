package io.sluice.jobs.records;

/**
 * What one sensor saw and lost in one interval, as the table {@code sensor_health} holds it. All
 * texts are bounded and clean. Arrays of the same group are of the same length.
 *
 * @param run of the collector: unique for each of its starts
 * @param sequence counts the records of a run
 * @param fromUs microseconds since 1970 UTC
 * @param toUs likewise
 * @param last whether the run ended in order
 * @param stages of the ledger, in the order of the packets' way; the next four arrays say more of
 *     each
 * @param pending on its way at the end of the interval
 * @param wayStages the stage of each of {@code ways}
 * @param ways out of a stage
 * @param amounts how much went each way
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SensorHealthRow(
    String sensor,
    String run,
    long sequence,
    long fromUs,
    long toUs,
    boolean last,
    String source,
    String version,
    String[] stages,
    String[] units,
    String[] inputs,
    long[] cameIn,
    long[] pending,
    String[] wayStages,
    String[] ways,
    long[] amounts) {}
