package io.sluice.jobs.records;

/**
 * The end of a replay, as its collector announced it.
 *
 * @param events how many the attempt has sent, 0 or more
 */
public record ReplayEnd(ReplayKey key, String file, long events) {}
