package io.sluice.jobs.records;

/**
 * What the replay branch takes: a partial row, or the end of the replay.
 *
 * @param partial null for an end
 * @param requests how many requests are whole with this step: all their rows have come
 * @param end null for a partial row
 */
public record ReplayStep(ReplayKey key, Partial partial, long requests, ReplayEnd end) {}
